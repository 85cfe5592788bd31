// The store in memory passes the suite of the contract.

import assert from "node:assert/strict";
import { test } from "node:test";
import { memoryStore } from "@enrol-sso/enrol";

const put = (key: string, data: string) => ({ checks: [], puts: [{ key, data }], deletes: [] });

test("stored values are returned unchanged, absent ones as null", async () => {
  const store = memoryStore();
  assert.equal(await store.commit(put("a/ü💐", "{}\n")), true);
  const [value, absent] = await store.get(["a/ü💐", "b"]);
  assert.equal(value?.data, "{}\n");
  assert.match(value?.version ?? "", /^[\x20-\x7e]{1,64}$/);
  assert.equal(absent, null);
});

test("a batch is applied if all its checks hold, and otherwise not at all", async () => {
  const store = memoryStore();
  await store.commit(put("a", "1"));
  const version = (await store.get(["a"]))[0]?.version ?? "";
  const batch = (a: string, b: string) => ({
    checks: [
      { key: "b", version: b },
      { key: "a", version: a },
    ],
    puts: [{ key: "b", data: "2" }],
    deletes: ["a", "absent"],
  });
  assert.equal(await store.commit(batch("wrong", "wrong")), false);
  assert.equal(await store.commit(batch("wrong", "")), false);
  assert.deepEqual(await store.get(["b"]), [null]);
  assert.equal(await store.commit(batch(version, "")), true);
  const [a, b] = await store.get(["a", "b"]);
  assert.equal(a, null);
  assert.equal(b?.data, "2");
});

test("versions never recur, not even for the same value", async () => {
  const store = memoryStore();
  const versions = new Set<string | undefined>();
  for (let i = 0; i < 10; i++) {
    await store.commit(put("a", "same"));
    versions.add((await store.get(["a"]))[0]?.version);
    await store.commit({ checks: [], puts: [], deletes: ["a"] });
  }
  assert.equal(versions.size, 10);
});

test("scans are in the order of UTF-8, within prefix, after and limit", async () => {
  const store = memoryStore();
  const keys = ["a", "a/1", "a/2", "a/\u{10000}", "a/\uffff", "a/\ud7ff", "b"];
  for (const key of keys.toReversed()) {
    await store.commit(put(key, key));
  }
  const scan = async (prefix: string, after: string, limit: number) =>
    (await store.scan(prefix, after, limit)).map(({ key }) => key);
  assert.deepEqual(await scan("", "", 100), ["a", "a/1", "a/2", "a/\ud7ff", "a/\uffff", "a/\u{10000}", "b"]);
  assert.deepEqual(await scan("a/", "", 2), ["a/1", "a/2"]);
  assert.deepEqual(await scan("a/", "a/2", 2), ["a/\ud7ff", "a/\uffff"]);
  assert.deepEqual(await scan("a/", "a/\uffff", 2), ["a/\u{10000}"]);
  assert.deepEqual(await scan("a/", "b", 2), []);
  assert.deepEqual(await scan("a/", "A", 1), ["a/1"]);
  assert.deepEqual(await scan("c", "", 1), []);
});

test("an answer does not change with the store", async () => {
  const store = memoryStore();
  await store.commit(put("a", "1"));
  const [before] = await store.get(["a"]);
  const entries = await store.scan("", "", 1);
  await store.commit(put("a", "2"));
  assert.equal(before?.data, "1");
  assert.equal(entries[0]?.data, "1");
});

test("a closed store refuses every call", async () => {
  const store = memoryStore();
  await store.close?.();
  await store.close?.();
  assert.throws(() => store.get(["a"]), /closed/);
});
