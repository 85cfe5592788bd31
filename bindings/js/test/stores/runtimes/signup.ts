// One account on a store: it signs up, its message with the token is delivered,
// and the token confirms it.

import { createEnrol, type Store } from "@enrol-sso/enrol";
import { assert, same } from "../suite/subject.js";

const conf = `
[main]
email_service=mail
[hash_secret]
rounds=1000
[password]
min_complexity=0
[apps]
all=CRM
signup_allowed=CRM
[signup]
is_approval_needed=False
[enrol]
password_hash=pbkdf2-sha512
`;

/** Signs up an account; the store is closed afterwards. */
export async function signUp(store: Store): Promise<void> {
  const mailed: string[] = [];
  const enrol = await createEnrol({
    conf,
    secretKey: `k1:${"A".repeat(43)}`,
    store,
    audit: () => {},
    services: {
      mail: (payload) => {
        if (payload.type === "user.message") {
          mailed.push(payload.data.token);
        }
      },
    },
    dispatchIntervalMs: 0,
    purgeIntervalMs: 0,
  });
  const account = { username: "ada", password: "correct horse battery", email: "ada@example.com", appList: ["CRM"] };
  decided(await enrol.signup(account));
  for (const end = Date.now() + 10_000; mailed.length === 0; ) {
    assert(Date.now() < end, "no message came");
    await enrol.dispatch(); // one may run in the background, and have the due events
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  const [confirmToken = ""] = mailed;
  decided(await enrol.confirm({ confirmToken }));
  const { user } = decided(await enrol.get({ username: "ada" }));
  same(user.email, "ada@example.com", "the address of the account");
  await enrol.close();
  await store.close?.();
}

/** What an operation answers, if it did what was asked. */
function decided<T>(answer: T): Exclude<T, { ok: false }> {
  assert((answer as { ok?: unknown }).ok !== false, `an operation was refused: ${JSON.stringify(answer)}`);
  return answer as Exclude<T, { ok: false }>;
}
