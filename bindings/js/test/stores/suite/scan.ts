// Cases of scan.

import { bytewise, MAX_SCAN_LIMIT, type Subject, same } from "./subject.js";
import { strangeKeys } from "./text.js";

export async function ascends(s: Subject): Promise<void> {
  for (const key of strangeKeys) {
    await s.put(key, "");
  }
  same(await s.scanKeys("", "", MAX_SCAN_LIMIT), strangeKeys.toSorted(bytewise), "keys");
}

export async function tellsVersions(s: Subject): Promise<void> {
  await s.put("a", "1", "b", "2", "c", "3");
  await s.put("b", "4");
  await s.commit({ deletes: ["a"] });
  const got = (await s.scan("", "", 10)).map(({ key, version, data }) => [key, version, data]);
  const want = (await s.get("b", "c")).map((value, i) => ["bc"[i], value?.version, value?.data]);
  same(got, want, "entries");
}

/** What the prefixes and places below are tried on. */
const keys = [
  ..."a a! a/ a/% a/1 a/11 a/2 a/_ a0 aa b b/1".split(" "),
  ..."\ud7ff \ud7ff1 \ue000 \uffff \uffff1 \u{10ffff} \u{10ffff}1 \u{10ffff}\u{10ffff}".split(" "),
];

export async function byPrefix(s: Subject): Promise<void> {
  await fill(s);
  for (const prefix of ["", "c", "a/1/", "a/%1", "\u{10ffff}2", "A", "/", ...keys]) {
    await wantScan(s, prefix, "", MAX_SCAN_LIMIT);
  }
}

export async function byAfter(s: Subject): Promise<void> {
  await fill(s);
  for (const prefix of ["", "a", "a/", "a/1", "b", "c", "\ud7ff", "\uffff", "\u{10ffff}"]) {
    for (const after of ["", "\x01", "a/0", "a/1/", "a/12", "az", "c", "\u{10ffff}\u{10ffff}\u{10ffff}", ...keys]) {
      await wantScan(s, prefix, after, MAX_SCAN_LIMIT);
    }
  }
}

export async function byLimit(s: Subject): Promise<void> {
  await fill(s);
  for (let limit = 0; limit < keys.length + 2; limit++) {
    await wantScan(s, "", "", limit);
    await wantScan(s, "a/", "a/1", limit);
  }
}

export async function pages(s: Subject): Promise<void> {
  const want: string[] = [];
  for (let i = 0; i < 300; i++) {
    const key = `page/${String(i).padStart(3, "0")}`;
    await s.put(key, "");
    if (i % 7 === 0) {
      await s.commit({ deletes: [key] });
    } else {
      want.push(key);
    }
  }
  for (const limit of [1, 2, 50, want.length, 1000]) {
    const got: string[] = [];
    for (let after = ""; ; after = got.at(-1) as string) {
      const page = await s.scanKeys("page/", after, limit);
      got.push(...page);
      if (page.length < limit) {
        break;
      }
    }
    same(got, want, `in pages of ${limit}`);
  }
}

async function fill(s: Subject): Promise<void> {
  for (const key of keys) {
    await s.put(key, `of ${key}`);
  }
}

/** Compares a scan of the keys with what the contract says in words. */
async function wantScan(s: Subject, prefix: string, after: string, limit: number): Promise<void> {
  const want = keys
    .toSorted(bytewise)
    .filter((key) => key.startsWith(prefix) && bytewise(key, after) > 0)
    .slice(0, limit);
  const what = `prefix ${JSON.stringify(prefix)} after ${JSON.stringify(after)} limit ${limit}`;
  same(await s.scanKeys(prefix, after, limit), want, what);
}
