// An account from signup to confirmation, and what is refused on the way.

import assert from "node:assert/strict";
import { test } from "node:test";
import { SignupError } from "@enrol-sso/enrol";
import { account, start } from "../fixture.js";

test("an account is signed up, confirmed and shown", async () => {
  const { enrol } = await start();
  const { cid, confirmToken } = await enrol.signup({
    ...account("ada"),
    currentApp: "CRM",
    signupApp: "CRM",
    firstName: "Ada",
    lastName: "Lovelace",
    attrs: { locale: "en-GB", terms_version: "3" },
    remoteAddr: ["127.0.0.1", "::1"],
    cid: "cid-1",
  });
  assert.equal(cid, "cid-1");
  assert.match(confirmToken, /^[A-Za-z0-9_-]{32}$/);

  const before = await enrol.get({ username: "ADA" });
  assert.equal(before.user.signUpStatus, "before_confirmation");

  const { userId } = await enrol.confirm({ confirmToken });
  assert.match(userId, /^[0-9A-Z]{26}$/);

  const { user } = await enrol.get({ userId });
  assert.match(user.signUpTime, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/);
  assert.match(user.signUpConfirmTime ?? "", /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/);
  const { signUpTime: _, signUpConfirmTime: __, ...rest } = user;
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
    isApprovalNeeded: false,
  });
  await enrol.close();
});

test("a correlation id is drawn where there is none", async () => {
  const { enrol, events } = await start();
  const { cid } = await enrol.signup(account("ada"));
  assert.match(cid, /^[0-9a-f]{24}$/);
  assert.equal(events[0]?.cid, cid);
});

test("every field that is wrong has its code", async () => {
  const { enrol } = await start();
  await assert.rejects(
    enrol.signup({ username: "admin", password: "short", email: "nobody", appList: ["CRM"], cid: "cid-2" }),
    (error: unknown) => {
      assert(error instanceof SignupError);
      assert.deepEqual(
        { ...error, message: error.message },
        {
          name: "SignupError",
          message: "signup: refused (E001001, E002001, E003002)",
          code: "E001001",
          subStatus: ["E001001", "E002001", "E003002"],
          cid: "cid-2",
        },
      );
      return true;
    },
  );
});

test("a taken name and a spent token are refused", async () => {
  const { enrol } = await start();
  const { confirmToken } = await enrol.signup(account("ada"));
  await assert.rejects(enrol.signup({ ...account("Ada"), email: "other@example.com" }), { code: "E001002" });
  await enrol.confirm({ confirmToken });
  await assert.rejects(enrol.confirm({ confirmToken }), { code: "E005007" });
  await assert.rejects(enrol.confirm({ confirmToken: "A".repeat(32) }), { code: "E005006" });
  await assert.rejects(enrol.get({ username: "nobody" }), { code: "E001100" });
});

test("validate answers a refusal and throws only for what it cannot read", async () => {
  const { enrol, events } = await start();
  assert.deepEqual(await enrol.validate({ username: "ada", cid: "v" }), { cid: "v", ok: true, subStatus: [] });
  assert.deepEqual(await enrol.validate({ username: "a b", password: "x", cid: "v" }), {
    cid: "v",
    ok: false,
    subStatus: ["E001004", "E003002"],
  });
  await assert.rejects(enrol.validate({ username: 5 as never }), { code: "E008002", field: "username" });
  assert.deepEqual(events, []);
});

test("errors name the member as this package does", async () => {
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
    await assert.rejects(enrol.signup({ ...request, ...wrong } as never), (error: unknown) => {
      assert(error instanceof SignupError);
      assert.equal(error.code, code);
      if (field !== undefined) {
        assert.equal(error.field, field);
      }
      assert(error.message.includes(code));
      assert(!error.message.includes(request.password));
      assert.match(error.cid, /^[0-9a-f]{24}$/);
      return true;
    });
  }
});

test("a request of more than the module takes is refused and harms nobody", async () => {
  const { enrol } = await start();
  await assert.rejects(enrol.signup({ ...account("ada"), displayName: "x".repeat(5 << 20) }), { code: "E008002" });
  await enrol.signup(account("ada"));
});
