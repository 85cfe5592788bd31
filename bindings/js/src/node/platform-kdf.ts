// The default kdf of Node, Bun and Deno.

import { availableParallelism } from "node:os";
import { offThread, threadsOf } from "../threads/off-thread.js";
import { Threads } from "../threads/threads.js";
import { nodeKdf } from "./kdf.js";
import { loadModule } from "./module.js";
import { byText } from "./thread.js";

const count = threadsOf(availableParallelism());

/** Uses nodeKdf, and the threads of the process for what that cannot derive. */
export const platformKdf = offThread(nodeKdf, new Threads(count, [byText], loadModule), count);
