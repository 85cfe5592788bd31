// What may be said about one call of an operation.

import { isObject, need, needKnown } from "./misuse.js";

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

const NAMES: Record<keyof CallOptions, true> = { signal: true, waitUntil: true };

/** Checks what a caller said of a call, before anything happens. */
export function checkCall(options: CallOptions): void {
  need(isObject(options), "the options of a call have to be an object");
  needKnown(options, NAMES);
  checkSignal(options.signal);
  need(options.waitUntil === undefined || typeof options.waitUntil === "function", "waitUntil has to be a function");
}

/** Checks that what is to be a signal is one, of whatever realm. */
export function checkSignal(signal: AbortSignal | undefined): void {
  need(
    signal === undefined || (isObject(signal) && typeof signal.throwIfAborted === "function"),
    "signal has to be an AbortSignal",
  );
}
