// The range of a scan in a database with sorted keys. Prefixes are never patterns, in which some
// characters have a meaning.

import { compareUTF8 } from "./order.js";

/** The keys from one place to another, in the order of UTF-8. */
export interface Range {
  /** The lowest key; "" for none. */
  from: string;
  /** Whether `from` itself is in the range. */
  inclusive: boolean;
  /** The lowest key after the range; undefined if there is none. */
  to: string | undefined;
}

/** The keys that start with prefix and are greater than after; undefined if there can be none. */
export function rangeOf(prefix: string, after: string): Range | undefined {
  const inclusive = compareUTF8(after, prefix) < 0 || after === "";
  const from = inclusive ? prefix : after;
  const to = endOf(prefix);
  return to !== undefined && compareUTF8(from, to) >= 0 ? undefined : { from, inclusive, to };
}

/**
 * The lowest text above all that start with prefix: its last code point incremented, skipping
 * surrogates. If that is the highest code point, the code point before it is incremented.
 */
function endOf(prefix: string): string | undefined {
  const points = Array.from(prefix, (character) => character.codePointAt(0) as number);
  for (let last = points.pop(); last !== undefined; last = points.pop()) {
    if (last < 0x10ffff) {
      points.push(last === 0xd7ff ? 0xe000 : last + 1);
      return String.fromCodePoint(...points);
    }
  }
  return undefined;
}
