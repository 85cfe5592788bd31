// The members of bodies, and what they are called in the requests of the engine.

import type { PublicOperation } from "./limits.js";

type Names = Readonly<Record<string, string>>;

const ACCOUNT: Names = {
  username: "username",
  password: "password",
  email: "email",
  app_list: "appList",
  display_name: "displayName",
  first_name: "firstName",
  middle_name: "middleName",
  last_name: "lastName",
  attrs: "attrs",
};

const REPEATABLE: Names = { idempotency_key: "idempotencyKey" };

/** The members that the body of each operation may have, in addition to `app`. */
export const MEMBERS: Readonly<Record<PublicOperation, Names>> = {
  signup: { ...ACCOUNT, ...REPEATABLE },
  validate: ACCOUNT,
  confirm: { token: "confirmToken", password: "password", ...REPEATABLE },
  resend: { username: "username", email: "email" },
};

/** The name of the member of a body that a member of a request was made from, with what is inside it. */
export function memberOf(operation: PublicOperation, field: string): string {
  const [name = "", ...inside] = field.split(".");
  const others: Names = { app: "currentApp", remote_addr: "remoteAddr" };
  const [member = name] = Object.entries({ ...MEMBERS[operation], ...others }).find(([, own]) => own === name) ?? [];
  return [member, ...inside].join(".");
}
