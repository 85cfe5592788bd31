// An account from sign-up to confirmation, and requests that are refused.

import assert from "node:assert/strict";
import { test } from "node:test";
import { account, ok, refused, start } from "../fixture.js";

test("an account signs up, confirms and is returned by get", async () => {
  const { enrol } = await start();
  const { cid, confirmToken } = await ok(
    enrol.signup({
      ...account("ada"),
      currentApp: "CRM",
      signupApp: "CRM",
      firstName: "Ada",
      lastName: "Lovelace",
      attrs: { locale: "en-GB", terms_version: "3" },
      remoteAddr: ["127.0.0.1", "::1"],
      cid: "cid-1",
    }),
  );
  assert.equal(cid, "cid-1");
  assert.match(confirmToken.reveal(), /^[A-Za-z0-9_-]{32}$/);

  const before = await ok(enrol.get({ username: "ADA" }));
  assert.equal(before.user.signUpStatus, "before_confirmation");

  const { userId } = await ok(enrol.confirm({ confirmToken }));
  assert.match(userId, /^[0-9A-Z]{26}$/);

  const { user } = await ok(enrol.get({ userId }));
  assert.match(user.signUpTime, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  assert.match(user.signUpConfirmTime ?? "", /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  const { signUpTime, signUpConfirmTime: _, passwordExpiry, ...rest } = user;
  assert(new Date(passwordExpiry ?? 0) > new Date(signUpTime));
  assert.deepEqual(rest, {
    userId,
    username: "ada",
    email: "ada@example.com",
    displayName: "Ada Lovelace",
    firstName: "Ada",
    lastName: "Lovelace",
    attrs: { locale: "en-GB", terms_version: "3" },
    currentApp: "CRM",
    appList: ["CRM"],
    signUpStatus: "final",
    approvalStatus: "approved",
    approvalStatusModTime: signUpTime,
    isApprovalNeeded: false,
    passwordLastSet: signUpTime,
  });
  await enrol.close();
});

test("a correlation id is drawn if there is none", async () => {
  const { enrol, events } = await start();
  const { cid } = await ok(enrol.signup(account("ada")));
  assert.match(cid, /^[0-9a-f]{24}$/);
  assert.equal(events[0]?.cid, cid);
});

test("every invalid field has its code", async () => {
  const { enrol } = await start();
  assert.deepEqual(
    await enrol.signup({ username: "admin", password: "short", email: "nobody", appList: ["CRM"], cid: "cid-2" }),
    {
      ok: false,
      cid: "cid-2",
      subStatus: ["E001001", "E002001", "E003002"],
      reasons: ["username_invalid", "email_invalid", "password_too_short"],
    },
  );
});

test("a taken name and a used token are refused", async () => {
  const { enrol } = await start();
  const { confirmToken } = await ok(enrol.signup(account("ada")));
  await refused(enrol.signup({ ...account("Ada"), email: "other@example.com" }), "E001002");
  await ok(enrol.confirm({ confirmToken }));
  await refused(enrol.confirm({ confirmToken }), "E005007");
  await refused(enrol.confirm({ confirmToken: "A".repeat(32) }), "E005006");
  await refused(enrol.get({ username: "nobody" }), "E001100");
});

test("validate returns every code, and writes nothing", async () => {
  const { enrol, events } = await start();
  assert.deepEqual(await enrol.validate({ username: "ada", cid: "v" }), { ok: true, cid: "v" });
  assert.deepEqual(await enrol.validate({ username: "a b", password: "x", cid: "v" }), {
    ok: false,
    cid: "v",
    subStatus: ["E001004", "E003002"],
    reasons: ["username_has_spaces", "password_too_short"],
    strength: { score: 0, suggestions: ["add_words"] },
  });
  await refused(enrol.validate({ username: 5 as never }), "E008002", "username");
  assert.deepEqual(events, []);
});

test("refusals use the member names of this package", async () => {
  const { enrol } = await start();
  const request = account("ada");
  for (const [wrong, code, field] of [
    [{ appList: [] }, "E008003", "appList"],
    [{ signupApp: 1 }, "E008002", "signupApp"],
    [{ currentApp: 1 }, "E008002", "currentApp"],
    [{ remoteAddr: "nowhere" }, "E008002", "remoteAddr"],
    [{ attrs: { locale: 5 } }, "E008002", "attrs.locale"],
    [{ password: "lone \ud800 surrogate" }, "E008002", undefined],
    [{ app_list: ["CRM"] }, "E008002", "app_list"],
    [{ ctx: {} }, "E008002", "ctx"],
    [{ constructor: "x" }, "E008002", "constructor"],
  ] as const) {
    const answer = await enrol.signup({ ...request, ...wrong } as never);
    assert(!answer.ok);
    assert.deepEqual(answer.subStatus, [code]);
    assert.deepEqual(answer.reasons, [code === "E008003" ? "request_incomplete" : "request_invalid"]);
    if (field !== undefined) {
      assert.equal(answer.field, field);
    }
    assert(answer.message && !answer.message.includes(request.password));
    assert.match(answer.cid, /^[0-9a-f]{24}$/);
  }
});

test("a request that is too large for the module is refused, and others go on", async () => {
  const { enrol } = await start();
  await refused(enrol.signup({ ...account("ada"), displayName: "x".repeat(5 << 20) }), "E008002", "displayName");
  await ok(enrol.signup(account("ada")));
});
