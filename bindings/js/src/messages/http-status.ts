// The HTTP statuses of refusals.

import type { KnownStatusCode, StatusCode } from "../result.js";

/** An HTTP status that refusals are answered with. */
export type HttpStatus = 400 | 403 | 404 | 409 | 422 | 429 | 500 | 503;

/** The statuses of codes other than 422, which stands for values that are not accepted. */
const STATUSES: Readonly<Partial<Record<KnownStatusCode, HttpStatus>>> = {
  E001002: 409,
  E001100: 404,
  E002002: 409,
  E003004: 403,
  E003006: 403,
  E003007: 403,
  E005001: 400,
  E005002: 403,
  E005003: 403,
  E005004: 403,
  E005005: 403,
  E005006: 400,
  E005007: 409,
  E008001: 400,
  E008002: 400,
  E008003: 400,
  E008004: 500,
  E901001: 429,
  E901002: 503,
  E901003: 409,
};

/**
 * The HTTP status for the codes of a refusal: that of the first code that does not have 422, or 422. So it says no
 * more than the codes do. For a SignupError, pass `[error.code]`.
 *
 * The public routes answer with it, here and in Enrol's Go service, whose trusted REST keeps the statuses of Zato SSO:
 * it answers most refusals with 403. Here, 403 stands only for a right password whose account may not log in, and for
 * calls that need a super-user.
 */
export function httpStatusOf(codes: readonly StatusCode[]): HttpStatus {
  for (const code of codes) {
    if (Object.hasOwn(STATUSES, code)) {
      return STATUSES[code as KnownStatusCode] as HttpStatus;
    }
  }
  return 422;
}
