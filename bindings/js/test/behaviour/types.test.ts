// The types: this file must compile, and each marked line must be an error.

import { test } from "node:test";
import type {
  Accepted,
  Admin,
  ConfirmToken,
  CreateEnrol,
  Enrol,
  EnrolOptions,
  PendingUser,
  Refused,
  Service,
  StatusCode,
  Store,
  Strength,
  User,
} from "@enrol-sso/enrol";
import type * as portable from "#dist/index.js";
import * as node from "#dist/index.node.js";

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const same = <T extends true>(_?: T) => {};

same<Equal<typeof node, typeof portable>>();
same<Equal<typeof node.createEnrol, CreateEnrol>>();

/** What an operation answers if it does what was asked. */
type Answer<Name extends "signup" | "validate" | "get" | "resend" | "verify" | "purge"> = Extract<
  Awaited<ReturnType<Enrol[Name]>>,
  { ok: true }
>;

same<Equal<Answer<"signup">["confirmToken"], ConfirmToken>>();
same<Equal<Answer<"validate">["strength"], Strength | undefined>>();
same<Equal<Answer<"get">["user"]["signUpStatus"], "before_confirmation" | "final">>();
same<Equal<Answer<"resend">, Accepted & Readonly<object>>>();
same<Equal<Answer<"verify">["user"], User>>();
same<Equal<Answer<"verify">["warnings"], readonly StatusCode[]>>();
same<Equal<Extract<Awaited<ReturnType<Admin["pending"]>>, { ok: true }>["users"], readonly PendingUser[]>>();
same<Equal<Answer<"purge">["more"], boolean>>();
same<Equal<Exclude<Awaited<ReturnType<Enrol["signup"]>>, { ok: true }>, Refused>>();

/** Never called: only its types matter. */
export async function wrong(enrol: Enrol, options: EnrolOptions, store: Store): Promise<void> {
  await enrol.signup({ username: "a", password: "b", appList: ["CRM"], email: undefined });
  // @ts-expect-error: a password is required
  await enrol.signup({ username: "a", appList: ["CRM"] });
  // @ts-expect-error: a typing error
  await enrol.signup({ username: "a", pasword: "b", password: "b", appList: ["CRM"] });
  const signedUp = await enrol.signup({ username: "a", password: "b", appList: ["CRM"] });
  // @ts-expect-error: the answer to a signup has no id
  signedUp.ok && signedUp.userId;
  if (signedUp.ok) {
    await enrol.confirm({ confirmToken: signedUp.confirmToken });
    await enrol.confirm({ confirmToken: signedUp.confirmToken.reveal() });
    // @ts-expect-error: a token is no text
    const text: string = signedUp.confirmToken;
    // @ts-expect-error: nor is it a part of one
    signedUp.confirmToken.length + text.length;
  }
  await enrol.confirm({ confirmToken: "a", password: "b" });
  // @ts-expect-error: the address is required
  await enrol.resend({ username: "a" });
  // @ts-expect-error: the answer does not reveal whether there is an account
  (await enrol.resend({ username: "a", email: "b" })).userId;
  // @ts-expect-error: a password is required
  await enrol.verify({ username: "a" });
  await enrol.verify({ username: "a", password: "b" });
  await enrol.verify({ email: "a", password: "b" });
  // @ts-expect-error: an account is required
  await enrol.verify({ password: "b" });
  // @ts-expect-error: exactly one of the two
  await enrol.verify({ username: "a", email: "a", password: "b" });
  await enrol.get({ userId: "a" });
  await enrol.get({ username: "a", userId: undefined, cid: "b" });
  // @ts-expect-error: an account is required
  await enrol.get({});
  // @ts-expect-error: it may be undefined
  await enrol.get({ userId: signedUp.ok ? "a" : undefined });
  // @ts-expect-error: exactly one of the two
  await enrol.get({ userId: "a", username: "b" });
  // @ts-expect-error: every other request needs something too
  await Promise.all([enrol.signup({}), enrol.confirm({}), enrol.resend({}), enrol.verify({})]);
  // @ts-expect-error: an account is required
  await enrol.admin().approve({});
  // @ts-expect-error: an event is required
  await enrol.admin().retry({});
  // @ts-expect-error: a list is required
  await enrol.admin().pending({});
  // @ts-expect-error: only a super-user may approve
  enrol.approve;
  // @ts-expect-error: an approval has no reason
  await enrol.admin().approve({ userId: "a", reason: "b" });
  await enrol.admin("key:c").reject({ userId: "a", reason: "b" });
  // @ts-expect-error: there is no such list
  await enrol.admin().pending({ status: "approved" });
  await enrol.purge();
  await enrol.purge({ limit: 1 }, { signal: AbortSignal.timeout(1000), waitUntil: (work) => void work });
  const answer = await enrol.admin().pending({ status: "to-confirm" });
  // @ts-expect-error: it may have been refused
  answer.cursor;
  await enrol.purge({ cursor: answer.ok ? answer.cursor : answer.subStatus[0].toLowerCase() });
  const user = answer.ok ? undefined : answer.field;
  // @ts-expect-error: a refusal need not name a member
  user.length;
  const { more, moved } = await enrol.upkeep({ signal: AbortSignal.timeout(1000), withinMs: 500 });
  same<Equal<[typeof more, typeof moved], [boolean, number]>>();
  // @ts-expect-error: there is no such bound
  await enrol.upkeep({ limit: 5 });
  await using scoped = enrol;
  await scoped.ready();
  // @ts-expect-error: the audit trail is required
  node.createEnrol({ conf: "", secretKey: "", store });
  // @ts-expect-error: a store needs scan
  node.createEnrol({ ...options, store: { get: store.get, commit: store.commit } });

  const service: Service = (payload) => {
    // @ts-expect-error: only a validation service gets the password
    payload.data.password;
    return payload.type === "user.message" ? payload.data.token + payload.data.reason : payload.data.app_list;
  };
  await node.createEnrol({ ...options, services: { service } });
}

test("the types compile, and reject what they should", () => {});
