// Invalid calls: all stores refuse them in the same way, before any work.

import assert from "node:assert/strict";
import { test } from "node:test";
import { type Batch, memoryStore, StoreError } from "@enrol-sso/enrol";

const long = "k".repeat(1025);
const checks = (n: number) => Array.from({ length: n }, (_, i) => ({ key: `k${i}`, version: "" }));
const puts = (n: number, data = "") => Array.from({ length: n }, (_, i) => ({ key: `k${i}`, data }));

const refused: [string, Partial<Batch>][] = [
  ["11 checks in a commit, at most 10 are allowed", { checks: checks(11) }],
  [
    "41 changes in a commit, at most 40 are allowed",
    { puts: puts(20), deletes: Array.from({ length: 21 }, (_, i) => `d${i}`) },
  ],
  ["bytes in a commit, at most 262144 are allowed", { puts: puts(4, "v".repeat(65536)) }],
  ["put 1 has a value longer than 65536 bytes", { puts: [...puts(1), { key: "k1", data: "\u20ac".repeat(21846) }] }],
  ["put 0 has a value with a lone surrogate, which is not text", { puts: puts(1, "a\ud83d") }],
  ["put 0 has a value with a lone surrogate, which is not text", { puts: puts(1, "\ude00a") }],
  ["put 0 has a value with a lone surrogate, which is not text", { puts: puts(1, "\ud83da") }],
  ["check 1 has an empty key", { checks: [...checks(1), { key: "", version: "" }] }],
  ["put 0 has a key longer than 1024 bytes", { puts: [{ key: long, data: "" }] }],
  ["delete 0 has a key with a NUL in it", { deletes: ["a\0"] }],
  ["delete 0 has a key with a lone surrogate, which is not text", { deletes: ["\udfff"] }],
  ["delete 0 changes a key that the batch changes already", { puts: puts(1), deletes: ["k0"] }],
];

for (const [message, { checks = [], puts = [], deletes = [] }] of refused) {
  test(`a commit is refused: ${message}`, async () => {
    const store = memoryStore();
    assert.throws(
      () => store.commit({ checks, puts, deletes }),
      (error: StoreError) => error instanceof StoreError && error.code === "misuse" && error.message.endsWith(message),
    );
    assert.deepEqual(await store.scan("", "", 10), []);
  });
}

test("invalid calls are refused", () => {
  const store = memoryStore();
  const misuse = (message: RegExp) => ({ name: "StoreError", code: "misuse", message });
  assert.throws(() => store.get(checks(11).map(({ key }) => key)), misuse(/^11 keys in a get/));
  assert.throws(() => store.get(["a", ""]), misuse(/^key 1 has an empty key/));
  assert.throws(() => store.scan("", "", 1001), misuse(/^1001 entries in a scan/));
  for (const limit of [-1, 0.5, Number.NaN]) {
    assert.throws(() => store.scan("", "", limit), misuse(/no whole number from 0/));
  }
});
