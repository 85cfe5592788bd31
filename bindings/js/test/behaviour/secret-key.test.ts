// newSecretKey returns valid keys, each different.

import assert from "node:assert/strict";
import { test } from "node:test";
import { createEnrol, memoryStore, newSecretKey } from "@enrol-sso/enrol";

test("newSecretKey returns a key that an engine accepts", async () => {
  const enrol = await createEnrol({
    conf: "[apps]\nsignup_allowed=CRM\n",
    secretKey: newSecretKey(),
    store: memoryStore(),
    audit: () => {},
  });
  await enrol.close();
});

test("a new secret key follows another in a rotation", async () => {
  const [older, newer] = [newSecretKey(), newSecretKey()];
  const store = memoryStore();
  const options = { conf: "[apps]\nsignup_allowed=CRM\n", store, audit: () => {} };
  await (await createEnrol({ ...options, secretKey: older })).close();
  await (await createEnrol({ ...options, secretKey: `${newer},${older}` })).close();
});

test("no two keys are the same", () => {
  const keys = Array.from({ length: 100 }, newSecretKey);
  assert.equal(new Set(keys.map((key) => key.split(":")[1])).size, keys.length);
  for (const key of keys) {
    assert.match(key, /^k[0-9]{8}-[0-9a-f]{4}:[A-Za-z0-9_-]{43}$/);
  }
});
