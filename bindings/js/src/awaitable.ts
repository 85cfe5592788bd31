// The type of values that may be promises.

/** A value, or a promise of it. */
export type Awaitable<T> = T | PromiseLike<T>;

/** Reports whether a value is a promise. */
export function isLater<T>(value: Awaitable<T>): value is PromiseLike<T> {
  return (
    value !== null &&
    (typeof value === "object" || typeof value === "function") &&
    typeof (value as PromiseLike<T>).then === "function"
  );
}
