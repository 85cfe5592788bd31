// Cases of the fidelity of keys and values.

import { assert, MAX_SCAN_LIMIT, type Subject, same } from "./subject.js";

/** Values that databases, drivers and encodings are known to bend. */
export const texts = [
  "",
  " ",
  " leading and trailing ",
  "line\nbreaks\r\nand\ttabs\n",
  "\x00",
  "a\x00b\x00",
  "\x01\x1b\x7f",
  "null",
  "\\ \\\\ \\n \\u0041 \\x41",
  '{"json":"with \\"quotes\\" and \\ud83d\\ude00"}',
  "'; DROP TABLE kv; --",
  "100% _under_ %s %d",
  "\ufeffbyte order mark",
  "\u00e9 composed, e\u0301 decomposed",
  "\u017f \u0130 \u0131 \u03c2 \u1e9e",
  "\u2028\u2029\u200b\u200d\u202e",
  "\u0080 \u07ff \u0800 \ud7ff \ue000 \uffff \u{10000} \u{10ffff}",
  "\ufffd is the replacement character itself",
  "\ufdd0\ufffe\uffff are no characters",
  "\u{1f469}\u200d\u{1f4bb}",
  "42",
  "1e400",
  "long \u00e9 \u{1f600} ".repeat(2000),
];

/**
 * Keys in which some store sees a pattern, a path, an escape, a number, or the
 * same text as in another one of them.
 */
export const strangeKeys = [
  ..."a|A|a | a|a/|a/b|a//b|/|/a|a/.|a/..|../a|./a|a%|a%25|%|_|a_|ab|a*|a?|[a]|a\\|a\\b|\\|a'b|a\"b|a`b|a;b".split("|"),
  ..."a--|a:b|a,b|a=b|a&b|a#b|a+b|$a|$1|?1|{a}|~|a\nb|a\tb|a\rb|a\x01b|\x7f|1|01|1.0|1e0|+1|null|true|ENROL|LOCK".split(
    "|",
  ),
  ..."a|b".split(","), // one key, with a bar in it
  ..."\u00e9 e\u0301 \u00df ss SS \u0130 i I \u0131 \u03c3 \u03c2 \ufb01 fi \uff41 \u00aa".split(" "),
  ..."\u200b \ufeff \ufeffa \ufffd \ud7ff \ue000 \uffff \u{10000} \u{10ffff} \u{10ffff}\u{10ffff}".split(" "),
];

export async function values(s: Subject): Promise<void> {
  const keyOf = (i: number) => `text/${String(i).padStart(2, "0")}`;
  for (const [i, text] of texts.entries()) {
    await s.put(keyOf(i), text);
    const [got] = await s.get(keyOf(i));
    assert(got?.version !== "", `value ${i} has no version`);
    same(got?.data, text, `value ${i}`);
  }
  const entries = await s.scan("text/", "", MAX_SCAN_LIMIT);
  same(
    entries.map(({ data }) => data),
    texts,
    "values in a scan",
  );
}

/** Stores every Unicode scalar value once. */
export async function everyCharacter(s: Subject): Promise<void> {
  const perValue = 65536 / 4;
  for (let from = 0; from <= 0x10ffff; from += perValue) {
    let all = "";
    for (let point = from; point < from + perValue; point++) {
      if (point < 0xd800 || point > 0xdfff) {
        all += String.fromCodePoint(point);
      }
    }
    const key = `from/${from.toString(16).padStart(6, "0")}`;
    await s.put(key, all);
    assert((await s.get(key))[0]?.data === all, `the characters from U+${from.toString(16)} did not come back`);
  }
}

export async function keysMeanNothing(s: Subject): Promise<void> {
  for (const [i, key] of strangeKeys.entries()) {
    same(await s.get(key), [null], `key ${i} before it was put`);
    await s.put(key, String(i));
  }
  for (const [i, key] of strangeKeys.entries()) {
    same((await s.get(key))[0]?.data, String(i), `the value of key ${i}, ${JSON.stringify(key)}`);
  }
  same((await s.scan("", "", MAX_SCAN_LIMIT)).length, strangeKeys.length, "keys in the store");
  for (const [i, key] of strangeKeys.entries()) {
    await s.commit({ deletes: [key] });
    const left = (await s.scan("", "", MAX_SCAN_LIMIT)).length;
    same(left, strangeKeys.length - i - 1, `keys after the deletion of ${JSON.stringify(key)}`);
  }
}
