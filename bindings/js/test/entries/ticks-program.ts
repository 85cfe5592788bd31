// Prints how often a timer ticks during sign-ups, in the runtime that runs this.

import { measure } from "./ticks.js";

// biome-ignore lint/suspicious/noConsole: it is what the test reads
console.log(JSON.stringify(await measure()));
