// What differs between the platforms that this package runs on.

import type { Awaitable } from "./awaitable.js";
import type { WaitUntil } from "./call.js";
import type { Kdf } from "./kdf.js";
import type { WasmModule } from "./options.js";

/** What an entry of this package says of its platform. */
export interface Platform {
  /** Loads the module that is shipped. */
  loadModule(): Awaitable<WasmModule>;
  /** Hashes passwords, if there is no option kdf. */
  readonly kdf: Kdf;
  /**
   * Whether work, timers included, belongs to the request that began it and ends
   * with it, and whether a script that loads may do none: so it is on edge
   * workers.
   */
  readonly requestBound: boolean;
  /** Keeps the worker alive, if there is no option waitUntil. */
  readonly waitUntil?: WaitUntil | undefined;
}
