// The differences between platforms.

import type { Awaitable } from "./awaitable.js";
import type { WaitUntil } from "./call.js";
import type { Kdf } from "./kdf.js";
import type { WasmModule } from "./options.js";

/** A platform, as described by an entry of this package. */
export interface Platform {
  /** Loads the module that is shipped. */
  loadModule(): Awaitable<WasmModule>;
  /** Hashes passwords, if there is no option kdf. */
  readonly kdf: Kdf & {
    /** Keeps its threads until what it returns is called. Threads that nobody keeps any more end. */
    readonly hold?: () => () => void;
  };
  /**
   * The part of kdf that is tested with known values at start; all if not given. The rest tests
   * itself before its first use.
   */
  readonly native?: Kdf;
  /**
   * Whether work, timers included, ends with the request that started it, and a loading script may
   * do none, as on edge workers.
   */
  readonly requestBound: boolean;
  /** Keeps the worker alive, if there is no option waitUntil. */
  readonly waitUntil?: WaitUntil | undefined;
}
