// The field of a status code.

import type { StatusCode } from "../result.js";

/** A field that status codes are about, by its name in requests. */
export type Field = "username" | "email" | "password" | "appList" | "userId";

/** Fields by the digits of a code that identify its subject. */
const FIELDS: Readonly<Record<string, Field>> = {
  "001": "username",
  "002": "email",
  "003": "password",
  "004": "appList",
};

/**
 * The field of a status code, so that a form can show the message there; none for codes without a
 * field, such as E005001 and E901001. Codes of validation services use the same digits. With
 * E008002 and E008003, the refusal has the member `field`.
 */
export function fieldOf(code: StatusCode): Field | undefined {
  return code === "E001100" ? "userId" : FIELDS[code.slice(1, 4)];
}
