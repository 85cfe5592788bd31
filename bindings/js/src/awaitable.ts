// The type of what callers may give at once or later.

/** A value, or a promise of it. */
export type Awaitable<T> = T | PromiseLike<T>;

/** Says whether a value comes later. */
export function isLater<T>(value: Awaitable<T>): value is PromiseLike<T> {
  return (
    value !== null &&
    (typeof value === "object" || typeof value === "function") &&
    typeof (value as PromiseLike<T>).then === "function"
  );
}
