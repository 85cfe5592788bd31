// What most tests start with: a configuration with cheap password hashes, an
// engine on a store, and its audit trail.

import assert from "node:assert/strict";
import {
  type AuditEvent,
  createEnrol,
  type Enrol,
  type EnrolOptions,
  type Kdf,
  type KdfRequest,
  memoryStore,
  type Refused,
  type Result,
  type StatusCode,
  type Store,
} from "@enrol-sso/enrol";
import { nodeKdf } from "@enrol-sso/enrol/node";

export const SECRET = Buffer.alloc(32, 7);
export const SECRET_KEY = `k1:${SECRET.toString("base64url")}`;

/** An sso.conf with more lines for some of its sections. */
export function confWith(
  lines: {
    main?: string;
    password?: string;
    signup?: string;
    approval?: "True";
    validation?: string;
    enrol?: string;
  } = {},
): string {
  return `
[main]
${lines.main ?? ""}
[hash_secret]
rounds=1000
[password]
min_complexity=0
${lines.password ?? ""}
[apps]
all=CRM,Shop
signup_allowed=CRM
[signup]
is_approval_needed=${lines.approval ?? "False"}
inform_if_user_exists=True
inform_if_user_invalid=True
inform_if_email_invalid=True
${lines.signup ?? ""}
[user_validation]
${lines.validation ?? ""}
[enrol]
${lines.enrol ?? "password_hash=pbkdf2-sha512"}
`;
}

/** Hashes any number at a time, so that nobody waits too long even on a slow machine. */
export const crowdKdf: Kdf = Object.assign((request: KdfRequest) => nodeKdf(request), {
  atOnce: 1024,
  maxWaiting: 1024,
});

/** An engine, and the audit events and faults in the background so far. */
export interface Started {
  enrol: Enrol;
  events: AuditEvent[];
  faults: Error[];
}

/** Makes an engine without timers. */
export async function start(options: Partial<EnrolOptions> = {}): Promise<Started> {
  const events: AuditEvent[] = [];
  const faults: Error[] = [];
  const enrol = await createEnrol({
    conf: confWith(),
    strict: false,
    secretKey: SECRET_KEY,
    store: memoryStore(),
    audit: (event) => events.push(event),
    dispatchIntervalMs: 0,
    purgeIntervalMs: 0,
    onFault: (error) => faults.push(error),
    ...options,
  });
  return { enrol, events, faults };
}

/** A request for an account. */
export function account(username: string) {
  return { username, password: "correct horse battery", email: `${username}@example.com`, appList: ["CRM"] };
}

/** The same store, answering each call after a delay of up to some milliseconds. */
export function delayed(store: Store, ms: number): Store {
  const later = () => new Promise((resolve) => setTimeout(resolve, Math.random() * ms));
  return {
    get: async (keys) => {
      await later();
      return store.get(keys);
    },
    commit: async (batch) => {
      await later();
      return store.commit(batch);
    },
    scan: async (prefix, after, limit) => {
      await later();
      return store.scan(prefix, after, limit);
    },
  };
}

/** Waits until something holds, for a minute at most. */
export async function until(holds: () => boolean): Promise<void> {
  const end = Date.now() + 60_000;
  while (!holds()) {
    if (Date.now() > end) {
      throw new Error("it never came to hold");
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** The answer of an operation that must be accepted. */
export async function ok<Answer extends Result>(operation: Promise<Answer>): Promise<Extract<Answer, { ok: true }>> {
  const answer = await operation;
  assert(answer.ok, `it was refused: ${JSON.stringify(answer)}`);
  return answer as Extract<Answer, { ok: true }>;
}

/** The answer of an operation that must be refused, with this code before others. */
export async function refused(operation: Promise<Result>, code: StatusCode, field?: string): Promise<Refused> {
  const answer = await operation;
  assert(!answer.ok, "it was not refused");
  assert.deepEqual([answer.subStatus[0], answer.field], [code, field], JSON.stringify(answer));
  return answer;
}
