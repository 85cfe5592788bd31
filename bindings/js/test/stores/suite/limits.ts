// Cases of the limits that every store must be able to meet.

import { assert, MAX_SCAN_LIMIT, type Subject, same, whole } from "./subject.js";

const MAX_GET_KEYS = 10;
const MAX_CHECKS = 10;
const MAX_CHANGES = 40;
const MAX_KEY_BYTES = 1 << 10;
const MAX_VALUE_BYTES = 64 << 10;
const MAX_BATCH_BYTES = 256 << 10;

export async function canBeMet(s: Subject): Promise<void> {
  const largest = 3; // values of the greatest length fit into one batch with 40 keys
  const puts = Array.from({ length: MAX_CHANGES }, (_, i) => ({
    key: longKey(i),
    data: i < largest ? "v".repeat(MAX_VALUE_BYTES) : "small",
  }));
  const checks = Array.from({ length: MAX_CHECKS }, (_, i) => ({ key: longKey(i), version: "" }));
  const last = puts[largest] as { key: string; data: string };
  const size = checks.length * MAX_KEY_BYTES + puts.reduce((sum, { key, data }) => sum + key.length + data.length, 0);
  last.data = "w".repeat(MAX_BATCH_BYTES - size + last.data.length);
  await s.commit({ checks, puts });

  const first = puts.slice(0, MAX_GET_KEYS);
  for (const [i, value] of (await s.get(...first.map(({ key }) => key))).entries()) {
    assert(value?.data === first[i]?.data, `value ${i} of ${first[i]?.data.length} bytes did not come back as it was`);
  }
  await s.refuse({ checks, puts });

  for (let n = MAX_CHANGES; n < MAX_SCAN_LIMIT; n += MAX_CHANGES) {
    await s.commit({ puts: puts.map((_, i) => ({ key: `more/${n + i}`, data: "" })) });
  }
  const entries = await s.scan("", "", MAX_SCAN_LIMIT);
  same([entries.length, new Set(entries.map(({ key }) => key)).size], [MAX_SCAN_LIMIT, MAX_SCAN_LIMIT], "entries");

  await s.commit({ deletes: puts.map(({ key }) => key) });
  same(await s.scanKeys("long/", "", MAX_SCAN_LIMIT), [], "keys after their deletion");
}

/** Characters of each length in UTF-8 fill the longest value to its last byte. */
export async function longestValues(s: Subject): Promise<void> {
  for (const character of ["x", "\u00e9", "\u20ac", "\u{1f600}", "\0"]) {
    const bytes = new TextEncoder().encode(character).length;
    const data = character.repeat(Math.floor(MAX_VALUE_BYTES / bytes)) + "x".repeat(MAX_VALUE_BYTES % bytes);
    const key = `longest/${bytes}/${character === "\0" ? "nul" : character}`;
    await s.put(key, data);
    assert((await s.get(key))[0]?.data === data, `64 KiB of ${JSON.stringify(character)} did not come back`);
    assert((await s.scan(key, "", 1))[0]?.data === data, `64 KiB of ${JSON.stringify(character)} were not scanned`);
  }
  const key = "\u{1f600}".repeat(MAX_KEY_BYTES / 4);
  await s.put(key, "of the longest key");
  same((await s.get(key))[0]?.data, "of the longest key", "the value of a key of other characters");
  same(await s.scanKeys(key, "", 2), [key], "a scan of the longest prefix");
}

/**
 * Allows both kinds of stores: those that check and those that need not. What
 * none may do is apply a part.
 */
export async function past(s: Subject): Promise<void> {
  const long = "v".repeat(MAX_VALUE_BYTES);
  const numbered = (n: number, prefix: string, data: string) =>
    Array.from({ length: n }, (_, i) => ({ key: `${prefix}/${i}`, data }));
  for (const batch of [
    { puts: numbered(MAX_CHANGES + 1, "changes", "x") },
    { puts: numbered(5, "bytes", long) },
    {
      checks: numbered(MAX_CHECKS + 1, "absent", "").map(({ key }) => ({ key, version: "" })),
      puts: [{ key: "checks", data: "x" }],
    },
    {
      puts: [
        { key: "value", data: "x" },
        { key: "value/long", data: `${long}x` },
      ],
    },
    {
      puts: [
        { key: "key", data: "x" },
        { key: `key${longKey(0)}`, data: "x" },
      ],
    },
  ]) {
    const before = (await s.scan("", "", MAX_SCAN_LIMIT)).length;
    let applied: boolean | undefined;
    try {
      applied = await s.store.commit(whole(batch));
    } catch {
      // It was refused.
    }
    same(applied ?? true, true, "whether a batch past the limits that was not refused was applied");
    const want = before + (applied === undefined ? 0 : batch.puts.length);
    same((await s.scan("", "", MAX_SCAN_LIMIT)).length, want, "keys after a batch past the limits");
  }
}

function longKey(i: number): string {
  return `long/${String(i).padStart(4, "0")}/`.padEnd(MAX_KEY_BYTES, "k");
}
