// The answer of every operation: success or refusal.

import type { Reason, ReasonCodes } from "./reason.js";

/** Every status code that Enrol itself answers. */
export type KnownStatusCode = ReasonCodes[keyof ReasonCodes];

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
  /** The same reasons as words, in the same order: "username_taken" for E001002. */
  readonly reasons: readonly [Reason, ...Reason[]];
  /** The member of the request that was wrong, with E008002 and E008003. */
  readonly field?: string;
  /** What was wrong with it, for the programmer, with E008002 and E008003. */
  readonly message?: string;
  /** The number of seconds after which to try again, with E901001. */
  readonly retryAfter?: number;
}

/** What an operation resolves to; `ok` distinguishes the two. */
export type Result<Members extends object = object> = (Accepted & Readonly<Members>) | Refused;
