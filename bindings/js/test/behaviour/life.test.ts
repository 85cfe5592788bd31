// The life of an account after its sign-up: another token, approval, login, and
// the removal of unconfirmed accounts.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Enrol, MessagePayload } from "@enrol-sso/enrol";
import { callbackService } from "@enrol-sso/enrol/services";
import { account, confWith, ok, refused, start, until } from "../fixture.js";

type Message = MessagePayload["data"];

const { password } = account("ada");

/** An engine where accounts are approved, and the messages that it sent. */
async function startWithMail(more = "", password = "") {
  const messages: Message[] = [];
  const conf = confWith({
    main: "email_service=mail",
    password,
    approval: "True",
    enrol: "password_hash=pbkdf2-sha512\nresend_cooldown=0\nmessage_cooldown=0\nmessage_daily_cap=0",
  });
  const mail = (payload: unknown) => {
    messages.push((payload as MessagePayload).data);
  };
  /** Waits until there are that many messages of a kind to somebody, and returns the newest. */
  const message = async (kind: Message["kind"], username: string, count = 1): Promise<Message> => {
    const found = () => messages.filter((sent) => sent.kind === kind && sent.username === username);
    await until(() => found().length === count);
    return found().at(-1) as Message;
  };
  return { ...(await start({ conf: conf + more, services: { mail } })), message };
}

/** Signs a user up and confirms the account. */
async function confirmed(enrol: Enrol, username: string): Promise<string> {
  const { confirmToken } = await ok(enrol.signup(account(username)));
  return (await ok(enrol.confirm({ confirmToken }))).userId;
}

const names = (page: { users: readonly { username: string }[] }) => page.users.map(({ username }) => username);

test("a whole life: signup, resend, confirm, pending, approve, verify, reject of another, purge", async (t) => {
  const { enrol, events, faults, message } = await startWithMail();
  for (const name of ["ada", "grace", "edith"]) {
    await ok(enrol.signup({ ...account(name), displayName: `${name} the first`, remoteAddr: "127.0.0.1, ::1" }));
  }
  const first = await message("confirm", "ada");
  const resent = await ok(enrol.resend({ username: "Ada", email: "ada@example.com", currentApp: "CRM", cid: "r" }));
  assert.deepEqual(resent, { ok: true, cid: "r" });
  const second = await message("confirm_resent", "ada");
  assert.notEqual(second.token, first.token);
  assert.deepEqual(names(await ok(enrol.admin().pending({ status: "to-confirm" }))).sort(), ["ada", "edith", "grace"]);
  assert.deepEqual(await ok(enrol.admin().pending({ status: "to-approve", cid: "p" })), {
    ok: true,
    cid: "p",
    users: [],
    cursor: "",
  });

  const { userId: ada } = await ok(enrol.confirm({ confirmToken: second.token }));
  const { userId: grace } = await ok(enrol.confirm({ confirmToken: (await message("confirm", "grace")).token }));
  await refused(enrol.verify({ username: "ada", password }), "E005001");
  const page = await ok(enrol.admin().pending({ status: "to-approve", limit: 1 }));
  assert.notEqual(page.cursor, "");
  const rest = await ok(enrol.admin().pending({ status: "to-approve", cursor: page.cursor }));
  assert.equal(rest.cursor, "");
  const waiting = [...page.users, ...rest.users].find(({ userId }) => userId === ada);
  assert.match(waiting?.signUpTime ?? "", /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  assert.deepEqual(waiting, {
    userId: ada,
    username: "ada",
    email: "ada@example.com",
    displayName: "ada the first",
    signUpTime: waiting?.signUpTime,
    remoteAddr: "127.0.0.1;::1",
  });
  assert.equal(page.users.length + rest.users.length, 2);

  assert.deepEqual(await ok(enrol.admin(grace).approve({ userId: ada, cid: "a" })), {
    ok: true,
    cid: "a",
  });
  assert.deepEqual(
    events.filter(({ cid }) => cid === "a").map(({ op, current_user, target_user }) => [op, current_user, target_user]),
    Array.from({ length: 2 }, () => ["user.approve_user", grace, ada]),
  );
  await message("approved", "ada");

  for (const login of [{ username: "ADA" }, { email: "ada@example.com" }]) {
    const verified = await ok(enrol.verify({ ...login, password, currentApp: "CRM", remoteAddr: ["::1"], cid: "v" }));
    const { user } = await ok(enrol.get({ userId: ada }));
    assert.deepEqual(verified, { ok: true, cid: "v", user, warnings: [] });
    assert.equal(verified.user.approvalStatus, "approved");
  }

  const reason = "We do not know you.";
  assert.deepEqual(await ok(enrol.admin().reject({ userId: grace, reason, cid: "x" })), { ok: true, cid: "x" });
  assert.equal((await message("rejected", "grace")).reason, reason);
  await refused(enrol.get({ userId: grace }), "E001100");

  assert.deepEqual(await ok(enrol.purge({ cid: "g" })), { ok: true, cid: "g", removed: 0, more: false, cursor: "" });
  const now = Date.now;
  t.mock.method(Date, "now", () => now() + 25 * 3_600_000);
  const { removed, more } = await ok(enrol.purge({ limit: 1 }));
  assert.deepEqual([removed, more], [1, true]);
  assert.equal((await ok(enrol.purge())).removed, 1, "of ada the spent tokens, of edith everything");
  assert.deepEqual(names(await ok(enrol.admin().pending({ status: "to-confirm" }))), []);
  await ok(enrol.verify({ username: "ada", password }));
  await ok(enrol.signup(account("edith")));
  await enrol.close();
  assert.deepEqual(faults, []);
});

test("messages of resend, approve and reject are delivered in the background", async () => {
  const { enrol, message } = await startWithMail();
  const quiet = () => new Promise((resolve) => setTimeout(resolve, 150));
  await ok(enrol.signup(account("ada")));
  await message("confirm", "ada");
  await quiet();
  await ok(enrol.resend({ username: "ada", email: "ada@example.com" }));
  const { token } = await message("confirm_resent", "ada");
  await quiet();
  const { userId } = await ok(enrol.confirm({ confirmToken: token }));
  await quiet();
  await ok(enrol.admin().approve({ userId }));
  await message("approved", "ada");
  const grace = await confirmed(enrol, "grace");
  await quiet();
  await ok(enrol.admin().reject({ userId: grace }));
  assert.equal((await message("rejected", "grace")).reason, "");
  await enrol.close();
});

test("a wrong password and an unknown account are refused alike", async () => {
  const { enrol } = await startWithMail();
  const userId = await confirmed(enrol, "ada");
  await ok(enrol.admin().approve({ userId }));
  for (const wrong of [
    { username: "ada", password: "correct horse batterx" },
    { username: "nobody", password },
    { email: "nobody@example.com", password },
  ]) {
    assert.deepEqual(await enrol.verify({ ...wrong, cid: "v" }), {
      ok: false,
      cid: "v",
      subStatus: ["E005001"],
      reasons: ["not_allowed"],
    });
  }
  await enrol.close();
});

test("verify reports why a right password cannot log in if the configuration says so", async () => {
  const { enrol } = await startWithMail("[login]\ninform_if_not_confirmed=True\ninform_if_not_approved=True\n");
  const { confirmToken } = await ok(enrol.signup(account("ada")));
  await refused(enrol.verify({ username: "ada", password }), "E005003");
  await ok(enrol.confirm({ confirmToken }));
  await refused(enrol.verify({ username: "ada", password }), "E005004");
  await enrol.close();
});

test("a warning comes with the account", async () => {
  const { enrol } = await startWithMail("", "expiry=30\ninform_if_about_to_expire=True");
  await ok(enrol.admin().approve({ userId: await confirmed(enrol, "ada") }));
  const { warnings, user } = await ok(enrol.verify({ username: "ada", password }));
  assert.deepEqual(warnings, ["W003005"]);
  assert.equal(user.username, "ada");
  await enrol.close();
});

test("confirm requires the password if the configuration says so", async () => {
  const { enrol } = await start({
    conf: confWith({ enrol: "password_hash=pbkdf2-sha512\nconfirm_requires_password=True" }),
  });
  const { confirmToken } = await ok(enrol.signup(account("ada")));
  await refused(enrol.confirm({ confirmToken }), "E008003", "password");
  await refused(enrol.confirm({ confirmToken, password: "correct horse batterx" }), "E005001");
  await ok(enrol.confirm({ confirmToken, password }));
  assert.equal((await ok(enrol.get({ username: "ada" }))).user.signUpStatus, "final");
  await enrol.close();
});

test("resend does not reveal whether there is an account", async () => {
  const { enrol, events } = await startWithMail();
  await ok(enrol.signup(account("ada")));
  await ok(enrol.resend({ username: "nobody", email: "nobody@example.com" }));
  await ok(enrol.resend({ username: "ada", email: "other@example.com" }));
  assert.deepEqual(
    events.filter(({ result }) => result === "error").map(({ extra }) => extra?.sub_status),
    [["E005006"], ["E002001"]],
  );
  await enrol.close();
});

test("approving again is ok, and an approved account cannot be rejected", async () => {
  const { enrol } = await startWithMail();
  const userId = await confirmed(enrol, "ada");
  await ok(enrol.admin().approve({ userId }));
  await ok(enrol.admin().approve({ userId }));
  await refused(enrol.admin().reject({ userId }), "E005001");
  await refused(enrol.admin().approve({ userId: "nobody" }), "E001100");
  await enrol.close();
});

test("a callback service learns of an erased account", async () => {
  const seen: unknown[] = [];
  const service = callbackService(
    () => undefined,
    (data) => seen.push(data),
  );
  const context = { signal: new AbortController().signal, headers: {} } as never;
  const payload = { type: "user.deleted", timestamp: "2018-02-13T15:32:24.000Z", data: { user_id: "x" } } as const;
  await service(payload, context);
  assert.deepEqual(seen, [{ user_id: "x" }]);
  assert.equal(await callbackService(() => assert.fail())(payload, context), undefined);
});

test("a locked account cannot log in until it is unlocked", async () => {
  const { enrol, events } = await startWithMail("[login]\ninform_if_locked=True\n", "inform_if_must_be_changed=True");
  const userId = await confirmed(enrol, "ada");
  await ok(enrol.admin().approve({ userId }));
  assert.deepEqual(await enrol.admin().lock({ userId, cid: "l" }), { ok: true, cid: "l" });
  assert.equal(events.at(-1)?.op, "user.lock");
  await refused(enrol.verify({ username: "ada", password }), "E005002");
  const { user } = await ok(enrol.get({ userId }));
  assert.equal(user.isLocked, true);
  assert.match(user.lockedTime ?? "", /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  await ok(enrol.admin().unlock({ userId, passwordMustChange: true }));
  await refused(enrol.verify({ username: "ada", password }), "E003007");
  assert.equal((await ok(enrol.get({ userId }))).user.passwordMustChange, true);
  await ok(enrol.admin().unlock({ userId, passwordMustChange: false }));
  const verified = await ok(enrol.verify({ username: "ada", password }));
  assert(!("isLocked" in verified.user) && !("passwordMustChange" in verified.user));
  await refused(enrol.admin().lock({ userId: "nobody" }), "E001100");
  await refused(enrol.admin().lock({ userId, passwordMustChange: true } as never), "E008002", "passwordMustChange");
  await enrol.close();
});

test("refusals by these operations use the member names of this package", async () => {
  const { enrol } = await start();
  const wrong = (request: object) => request as never;
  for (const [operation, code, field] of [
    [enrol.resend(wrong({ username: "ada" })), "E008003", "email"],
    [enrol.verify(wrong({ password })), "E008003", "username"],
    [enrol.verify(wrong({ username: "ada", email: "ada@example.com", password })), "E008002", "email"],
    [enrol.verify(wrong({ username: "ada" })), "E008003", "password"],
    [enrol.admin().approve(wrong({})), "E008003", "userId"],
    [enrol.admin().approve(wrong({ userId: "x", superUser: true })), "E008002", "superUser"],
    [enrol.admin().approve(wrong({ userId: "x", currentUser: "key:ops" })), "E008002", "currentUser"],
    [enrol.admin().approve(wrong({ userId: "x", reason: "none" })), "E008002", "reason"],
    [enrol.admin("the boss").reject({ userId: "x" }), "E008002", "currentUser"],
    [enrol.admin().reject(wrong({ userId: "x", super_user: true })), "E008002", "super_user"],
    [enrol.admin().pending(wrong({})), "E008003", "status"],
    [enrol.admin().pending({ status: "to-approve", limit: 101 }), "E008002", "limit"],
    [enrol.purge({ cursor: "elsewhere" }), "E008002", "cursor"],
  ] as const) {
    const { message } = await refused(operation, code, field);
    assert(message && !message.includes(password));
  }
  await enrol.close();
});
