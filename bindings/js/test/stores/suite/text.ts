// Cases of the fidelity of keys and values.

import shared from "./shared.js";
import { assert, MAX_SCAN_LIMIT, type Subject, same } from "./subject.js";

/** Values that some databases, drivers and encodings change. */
export const texts = [...shared.texts, "long \u00e9 \u{1f600} ".repeat(2000)];

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
  for (const [i, key] of shared.keys.entries()) {
    same(await s.get(key), [null], `key ${i} before it was put`);
    await s.put(key, String(i));
  }
  for (const [i, key] of shared.keys.entries()) {
    same((await s.get(key))[0]?.data, String(i), `the value of key ${i}, ${JSON.stringify(key)}`);
  }
  same((await s.scan("", "", MAX_SCAN_LIMIT)).length, shared.keys.length, "keys in the store");
  for (const [i, key] of shared.keys.entries()) {
    await s.commit({ deletes: [key] });
    const left = (await s.scan("", "", MAX_SCAN_LIMIT)).length;
    same(left, shared.keys.length - i - 1, `keys after the deletion of ${JSON.stringify(key)}`);
  }
}
