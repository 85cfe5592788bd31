// The kdf of a platform: what is native first, then threads, and at last the thread that calls.

import type { Kdf, KdfRequest } from "../kdf.js";
import type { Platform } from "../platform.js";
import { simd } from "./hasher.js";
import type { Threads } from "./threads.js";

/** How many threads to use of a number of processors: one is left for the program. */
export function threadsOf(processors: number): number {
  return Math.min(Math.max(processors - 1, 1), 4);
}

/**
 * Makes a kdf that hashes natively where `native` can, else on threads, and else on this thread: by argon2id in SIMD, or
 * by the module.
 */
export function offThread(native: Kdf, threads: Threads, count: number): Platform["kdf"] {
  let natively = true; // whether the last hash was
  let reported = false; // whether it was said that there are no threads
  const kdf = async (request: KdfRequest) => {
    const key = await native(request);
    natively = key !== undefined;
    const derived = key ?? (await threads.derive(request));
    if (derived) {
      return derived;
    }
    if (threads.impossible && !reported) {
      reported = true;
      // biome-ignore lint/suspicious/noConsole: everything works, but slower than it should
      console.warn(
        "enrol: warning: no thread can be started here, so each password is hashed on this one, which does nothing else " +
          "meanwhile: allow workers. In a browser, the Content-Security-Policy needs worker-src 'self' or blob:",
      );
    }
    return simd(request);
  };
  Object.assign(kdf, { hold: () => threads.hold() });
  return Object.defineProperty(kdf, "atOnce", { get: () => (natively ? native.atOnce : count) });
}
