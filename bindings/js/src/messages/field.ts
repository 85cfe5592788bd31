// Which field a status code is about.

import type { StatusCode } from "../result.js";

/** A field that status codes are about, by its name in requests. */
export type Field = "username" | "email" | "password" | "appList" | "userId";

/** By the digits that say what a code is about. */
const FIELDS: Readonly<Record<string, Field>> = {
  "001": "username",
  "002": "email",
  "003": "password",
  "004": "appList",
};

/**
 * The field that a status code is about, so that a form can say it there; none
 * for those about no field, such as E005001 and E901001. Codes that a validation
 * service made up go by the same digits. With E008002 and E008003 the refusal
 * itself says so, in its member `field`.
 */
export function fieldOf(code: StatusCode): Field | undefined {
  return code === "E001100" ? "userId" : FIELDS[code.slice(1, 4)];
}
