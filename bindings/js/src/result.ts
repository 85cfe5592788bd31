// The answer of every operation: success or refusal.

/** Every status code that Enrol itself answers. */
export type KnownStatusCode =
  | "E001001"
  | "E001002"
  | "E001003"
  | "E001004"
  | "E001100"
  | "E002001"
  | "E002002"
  | "E002003"
  | "E002004"
  | "E002005"
  | "E003001"
  | "E003002"
  | "E003003"
  | "E003004"
  | "W003005"
  | "E003006"
  | "E003007"
  | "E003008"
  | "E004001"
  | "E004002"
  | "E005001"
  | "E005002"
  | "E005003"
  | "E005004"
  | "E005005"
  | "E005006"
  | "E005007"
  | "E008001"
  | "E008002"
  | "E008003"
  | "E008004"
  | "E901001"
  | "E901002"
  | "E901003";

/** A status code: one of Enrol's, or one of a validation service. */
export type StatusCode = KnownStatusCode | (string & {});

/** The operation succeeded. */
export interface Accepted {
  /** The operation did what was asked. */
  readonly ok: true;
  /** The correlation id, under which the audit trail has the operation. */
  readonly cid: string;
}

/**
 * The operation refused; nothing happened. That is an answer and not an error: the user can act on
 * it.
 *
 * No member ever contains a password, a token or a secret key.
 */
export interface Refused {
  /** The operation did nothing. */
  readonly ok: false;
  /** The correlation id, under which the audit trail has the operation. */
  readonly cid: string;
  /**
   * The reasons: at least one code, one per invalid field. Codes that must not be disclosed become
   * one E005001, the last. `@enrol-sso/enrol/messages` has a text for each.
   */
  readonly subStatus: readonly [StatusCode, ...StatusCode[]];
  /** The member of the request that was wrong, with E008002 and E008003. */
  readonly field?: string;
  /** What was wrong with it, for the programmer, with E008002 and E008003. */
  readonly message?: string;
  /** The number of seconds after which to try again, with E901001. */
  readonly retryAfter?: number;
}

/** What an operation resolves to; `ok` distinguishes the two. */
export type Result<Members extends object = object> = (Accepted & Readonly<Members>) | Refused;
