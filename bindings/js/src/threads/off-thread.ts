// The kdf of a platform: what is native first, then threads, and at last the thread that calls.

import type { Kdf, KdfRequest } from "../kdf.js";
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
export function offThread(native: Kdf, threads: Threads, count: number): Kdf {
  let natively = true; // whether the last hash was
  const kdf = async (request: KdfRequest) => {
    const key = await native(request);
    natively = key !== undefined;
    return key ?? (await threads.derive(request)) ?? simd(request);
  };
  return Object.defineProperty(kdf, "atOnce", { get: () => (natively ? native.atOnce : count) });
}
