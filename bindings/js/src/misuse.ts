// What callers give is checked by these: a program that calls wrongly gets a
// TypeError, and no message repeats a value.

/** The longest time that setTimeout takes, in milliseconds. */
export const MAX_DELAY = 2 ** 31 - 1;

/** Throws a TypeError unless it holds. */
export function need(holds: boolean, message: string): void {
  if (!holds) {
    throw new TypeError(`enrol: ${message}`);
  }
}

/** Throws a TypeError for members of an object that nobody knows: most likely a typing error. */
export function needKnown(given: object, names: object): void {
  for (const name of Object.keys(given)) {
    need(Object.hasOwn(names, name), `there is no option ${JSON.stringify(name)}`);
  }
}

/** The number, if it is one of those. */
export function wholeNumber(name: string, value: number, least: number, most: number): number {
  need(
    Number.isInteger(value) && value >= least && value <= most,
    `${name} has to be a whole number from ${least} to ${most}`,
  );
  return value;
}

/** Whether it can have members. */
export function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null;
}
