// The default kdf of browsers.

import type { Awaitable } from "../awaitable.js";
import { type Kdf, webKdf } from "../kdf.js";
import type { WasmModule } from "../options.js";
import { offThread, threadsOf } from "./off-thread.js";
import { type Start, Threads } from "./threads.js";

/** Uses Web Crypto, and threads that are started in one of several ways for what that cannot derive. */
export function webPlatformKdf(ways: readonly Start[], load: () => Awaitable<WasmModule>): Kdf {
  const count = threadsOf(globalThis.navigator?.hardwareConcurrency ?? 1);
  return offThread(webKdf, new Threads(count, ways, load), count);
}
