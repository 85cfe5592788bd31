// The words for status codes, for programs that would rather not compare codes.

import type { KnownStatusCode, StatusCode } from "./result.js";

/**
 * The word for each status code of Enrol's. Words never change. A word says no more than its code
 * does: "not_allowed" too stands for everything that must not be disclosed.
 */
export interface ReasonCodes {
  /** The username is missing or invalid: wrong characters, mixed scripts, too short, or a word that is not allowed. */
  username_invalid: "E001001";
  /** The username is taken. */
  username_taken: "E001002";
  /** The username is longer than `signup.maxLengthUsername`. */
  username_too_long: "E001003";
  /** The username contains white space. */
  username_has_spaces: "E001004";
  /** There is no such account. */
  account_not_found: "E001100";
  /** The text is not an e-mail address, or has a word or domain that is not allowed. */
  email_invalid: "E002001";
  /** The address belongs to an account. */
  email_taken: "E002002";
  /** The address is longer than `signup.maxLengthEmail`. */
  email_too_long: "E002003";
  /** The address contains white space. */
  email_has_spaces: "E002004";
  /** The address is missing, and `signup.isEmailRequired` is true. */
  email_missing: "E002005";
  /** The password is common or personal, or has text or characters that are not allowed. */
  password_invalid: "E003001";
  /** The password is missing, or shorter than `password.minLength`. */
  password_too_short: "E003002";
  /** The password is longer than `password.maxLength`. */
  password_too_long: "E003003";
  /** The password is right and has expired. */
  password_expired: "E003004";
  /** A warning of verify, not a refusal: the password expires soon. */
  password_expires_soon: "W003005";
  /** The password is right, and expires so soon that it must be changed before a login. */
  password_about_to_expire: "E003006";
  /** The password is right, and must be changed before a login. */
  password_must_change: "E003007";
  /** The password is too easy to guess: its score is below `password.minComplexity`. */
  password_too_weak: "E003008";
  /** There is no such application, none was named, or the account is not one of it. */
  app_invalid: "E004001";
  /** Nobody may sign up to or through this application. */
  app_closed: "E004002";
  /**
   * Not allowed. It replaces every reason that is not disclosed, and stands for a wrong username or
   * password.
   */
  not_allowed: "E005001";
  /** The password is right, and the account is locked. */
  account_locked: "E005002";
  /** The password is right, and the address is not confirmed. */
  account_not_confirmed: "E005003";
  /** The password is right, and no super-user has approved the account. */
  account_not_approved: "E005004";
  /** Only a super-user may do this. */
  super_user_required: "E005005";
  /** The confirm token is unknown or has expired. */
  token_invalid: "E005006";
  /** The account is confirmed already. */
  already_confirmed: "E005007";
  /** There is no such operation. */
  operation_unknown: "E008001";
  /** A member of the request is unknown or has an invalid value: `field` and `message` have more. */
  request_invalid: "E008002";
  /** A required member of the request is missing: `field` has its name. */
  request_incomplete: "E008003";
  /** There was no decision because of a bug. */
  internal_error: "E008004";
  /** Too many attempts: `retryAfter` has the seconds to wait. */
  too_many_attempts: "E901001";
  /** There was no decision: the store, a service or the audit trail failed, or too many passwords wait. */
  unavailable: "E901002";
  /** Another request was sent with this `idempotencyKey`. */
  idempotency_conflict: "E901003";
}

/** The word for a status code; "other" for a code of a validation service. */
export type Reason = keyof ReasonCodes | "other";

/** The words, by their codes. */
const REASONS: { readonly [Word in keyof ReasonCodes as ReasonCodes[Word]]: Word } = {
  E001001: "username_invalid",
  E001002: "username_taken",
  E001003: "username_too_long",
  E001004: "username_has_spaces",
  E001100: "account_not_found",
  E002001: "email_invalid",
  E002002: "email_taken",
  E002003: "email_too_long",
  E002004: "email_has_spaces",
  E002005: "email_missing",
  E003001: "password_invalid",
  E003002: "password_too_short",
  E003003: "password_too_long",
  E003004: "password_expired",
  W003005: "password_expires_soon",
  E003006: "password_about_to_expire",
  E003007: "password_must_change",
  E003008: "password_too_weak",
  E004001: "app_invalid",
  E004002: "app_closed",
  E005001: "not_allowed",
  E005002: "account_locked",
  E005003: "account_not_confirmed",
  E005004: "account_not_approved",
  E005005: "super_user_required",
  E005006: "token_invalid",
  E005007: "already_confirmed",
  E008001: "operation_unknown",
  E008002: "request_invalid",
  E008003: "request_incomplete",
  E008004: "internal_error",
  E901001: "too_many_attempts",
  E901002: "unavailable",
  E901003: "idempotency_conflict",
};

/** The word for a status code; "other" for a code that is not one of Enrol's. */
export function reasonOf(code: StatusCode): Reason {
  return Object.hasOwn(REASONS, code) ? REASONS[code as KnownStatusCode] : "other";
}

/** The words for the codes of a refusal, in their order. */
export function reasonsOf([code, ...more]: readonly [StatusCode, ...StatusCode[]]): [Reason, ...Reason[]] {
  return [reasonOf(code), ...more.map(reasonOf)];
}
