// The options of one call of an operation.

import { isObject, need, needKnown } from "./misuse.js";

/** Keeps a worker alive until a promise has settled, as platforms with such a function offer it. */
export type WaitUntil = (work: Promise<unknown>) => void;

/** The second argument of every operation. */
export interface CallOptions {
  /**
   * Cancels the call: it rejects with the signal's reason. The store may have applied its commit,
   * or may still do so.
   */
  signal?: AbortSignal | undefined;
  /**
   * Keeps the worker alive during deliveries, such as `(work) => ctx.waitUntil(work)` on Cloudflare
   * Workers. Takes precedence over the same option of createEnrol.
   */
  waitUntil?: WaitUntil | undefined;
}

const NAMES: Record<keyof CallOptions, true> = { signal: true, waitUntil: true };

/** Checks the options of a call, before anything happens. */
export function checkCall(options: CallOptions): void {
  need(isObject(options), "the options of a call must be an object");
  needKnown(options, NAMES);
  checkSignal(options.signal);
  need(options.waitUntil === undefined || typeof options.waitUntil === "function", "waitUntil must be a function");
}

/** Checks that a signal is one, of any realm. */
export function checkSignal(signal: AbortSignal | undefined): void {
  need(
    signal === undefined || (isObject(signal) && typeof signal.throwIfAborted === "function"),
    "signal must be an AbortSignal",
  );
}
