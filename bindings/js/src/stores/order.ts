// The order of keys, which differs from JavaScript's order of strings.

/**
 * Compares texts as their bytes in UTF-8 would compare. That is the order of
 * code points, whereas `<` compares UTF-16, where surrogates, which stand for
 * the highest code points, come before U+E000.
 */
export function compareUTF8(a: string, b: string): number {
  const shorter = Math.min(a.length, b.length);
  for (let i = 0; i < shorter; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) {
      return rank(x) - rank(y);
    }
  }
  return a.length - b.length;
}

/** Moves surrogates behind all other units of UTF-16. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}
