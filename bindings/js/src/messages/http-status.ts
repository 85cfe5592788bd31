// The HTTP statuses of refusals, as Enrol's own HTTP front answers them.

import type { KnownStatusCode, StatusCode } from "../result.js";

/** An HTTP status that refusals are answered with. */
export type HttpStatus = 400 | 403 | 409 | 429 | 500 | 503;

/** The statuses of codes other than plain refusals. */
const STATUSES: Readonly<Partial<Record<KnownStatusCode, HttpStatus>>> = {
  E008001: 400,
  E008002: 400,
  E008003: 400,
  E008004: 500,
  E901001: 429,
  E901002: 503,
  E901003: 409,
};

/**
 * The HTTP status for the codes of a refusal, the same as in Enrol's own HTTP front: the status of the
 * first code that has its own, or 403. For a SignupError, pass `[error.code]`.
 */
export function httpStatusOf(codes: readonly StatusCode[]): HttpStatus {
  for (const code of codes) {
    if (Object.hasOwn(STATUSES, code)) {
      return STATUSES[code as KnownStatusCode] as HttpStatus;
    }
  }
  return 403;
}
