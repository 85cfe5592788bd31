// What may be said about one call of an operation.

/** Keeps a worker alive until a promise has settled, as platforms with such a function offer it. */
export type WaitUntil = (work: Promise<unknown>) => void;

/** The second argument of every operation. */
export interface CallOptions {
  /**
   * Gives the call up: it rejects with the signal's reason. What it had asked of
   * the store by then may have happened, or may still happen.
   */
  signal?: AbortSignal | undefined;
  /**
   * Keeps the worker alive while what was committed is delivered, such as
   * `(work) => ctx.waitUntil(work)` on Cloudflare Workers. Goes before the
   * option of the same name of createEnrol.
   */
  waitUntil?: WaitUntil | undefined;
}
