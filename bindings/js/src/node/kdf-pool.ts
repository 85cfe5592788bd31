// Password hashing on other threads, with a pool of the caller's own.

import { availableParallelism } from "node:os";
import type { Awaitable } from "../awaitable.js";
import type { Kdf } from "../kdf.js";
import type { WasmModule } from "../options.js";
import { threadsOf } from "../threads/off-thread.js";
import { Threads } from "../threads/threads.js";
import { nodeKdf } from "./kdf.js";
import { loadModule } from "./module.js";
import { byText } from "./thread.js";

/** How many threads, and of what. */
export interface WorkerKdfOptions {
  /** How many threads at most; one less than there are processors if not given, from 1 to 4. */
  threads?: number | undefined;
  /** The module, if not the shipped one. */
  module?: Awaitable<WasmModule> | undefined;
  /** What is asked first; nodeKdf if not given. */
  first?: Kdf | undefined;
}

/** A kdf with threads. */
export interface WorkerKdf extends Kdf {
  /** Ends its threads; running hashes fail. Idle threads keep no process alive, so this is rarely needed. */
  close(): Promise<void>;
}

/**
 * Makes a kdf like the default one, which uses nodeKdf where possible and otherwise threads, with a
 * pool of its own. The threads start on demand, and take about 10 MiB and the memory of the hash
 * each. One kdf can serve several engines.
 */
export function workerKdf(options: WorkerKdfOptions = {}): WorkerKdf {
  const { threads = threadsOf(availableParallelism()), first = nodeKdf } = options;
  if (!Number.isInteger(threads) || threads < 1) {
    throw new TypeError("enrol: threads must be a whole number from 1");
  }
  const pool = new Threads(threads, [byText], () => options.module ?? loadModule());
  const kdf: Kdf = async (request) => (await first(request)) ?? pool.derive(request);
  return Object.assign(kdf, { atOnce: threads, close: () => pool.close() });
}
