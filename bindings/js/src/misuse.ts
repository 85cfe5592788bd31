// Checks of callers' values: an invalid call gets a TypeError, and no message contains a value.

/** The longest time that setTimeout takes, in milliseconds. */
export const MAX_DELAY = 2 ** 31 - 1;

/** Throws a TypeError unless it holds. */
export function need(holds: boolean, message: string): void {
  if (!holds) {
    throw new TypeError(`enrol: ${message}`);
  }
}

/** Throws a TypeError for unknown members of an object, which are most likely typing errors. */
export function needKnown(given: object, names: object): void {
  for (const name of Object.keys(given)) {
    need(Object.hasOwn(names, name), `there is no option ${JSON.stringify(name)}`);
  }
}

/** The number, if it is one of those. */
export function wholeNumber(name: string, value: number, least: number, most: number): number {
  need(
    Number.isInteger(value) && value >= least && value <= most,
    `${name} must be a whole number from ${least} to ${most}${typeof value === "number" ? "" : `, not ${kindOf(value)}`}`,
  );
  return value;
}

/** What a value is, without its content: for errors that end in "not undefined". */
export function kindOf(value: unknown): string {
  if (value === undefined || value === null || typeof value === "boolean") {
    return String(value);
  }
  if (value === "") {
    return "an empty text";
  }
  if (typeof value !== "object") {
    return typeof value === "string" ? "a text" : `a ${typeof value}`;
  }
  if (Array.isArray(value)) {
    return "a list";
  }
  return isPromise(value) ? "a promise: await it" : "an object of another kind";
}

/** Whether it is a promise, which a caller forgot to await. */
export function isPromise(value: unknown): boolean {
  return isObject(value) && typeof (value as { then?: unknown }).then === "function";
}

/** Whether it can have members. */
export function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null;
}
