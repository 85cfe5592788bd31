// A request that is sent again with its idempotency key.

import assert from "node:assert/strict";
import { test } from "node:test";
import { account, ok, refused, start } from "../fixture.js";

test("a repetition is answered with the first answer", async () => {
  const { enrol } = await start();
  const request = { ...account("ada"), idempotencyKey: "key-1" };
  const first = await ok(enrol.signup(request));
  const again = await ok(enrol.signup(request));
  assert.deepEqual([again, again.confirmToken.reveal()], [first, first.confirmToken.reveal()]);
  const confirmation = { confirmToken: first.confirmToken, idempotencyKey: "key-2" };
  const confirmed = await ok(enrol.confirm(confirmation));
  assert.deepEqual(await ok(enrol.confirm(confirmation)), confirmed);
  await enrol.close();
});

test("another request with the key is refused", async () => {
  const { enrol } = await start();
  await ok(enrol.signup({ ...account("ada"), idempotencyKey: "key-1" }));
  await refused(enrol.signup({ ...account("bob"), idempotencyKey: "key-1" }), "E901003");
  await enrol.close();
});
