// What the page asks of the server.

import type { StatusCode } from "@enrol-sso/enrol";
import type { Fields } from "./form";

/** The codes of a refusal; none if the server did what was asked. */
export type Codes = readonly StatusCode[];

/** Asks for the account. The key makes it safe to ask again when no answer came. */
export function signUp(fields: Fields, key: string): Promise<Codes> {
  return post("/api/signup", fields, { "idempotency-key": key });
}

/** Asks for another message. */
export function resend({ username, email }: Fields): Promise<Codes> {
  return post("/api/resend", { username, email });
}

async function post(path: string, body: object, headers: Record<string, string> = {}): Promise<Codes> {
  try {
    const response = await fetch(path, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    });
    if (response.ok) {
      return [];
    }
    const { subStatus }: { subStatus?: Codes } = await response.json();
    return subStatus ?? ["E008004"];
  } catch {
    return ["E901002"]; // no server, or something in between that answers for it
  }
}
