// The two errors that Enrol throws in addition to TypeError, for invalid calls, and the reason of
// an AbortSignal.

/** What went wrong: a failure outside (E901002), or a bug or a trap (E008004). */
export type FaultCode = "E901002" | "E008004";

/** Members of a {@link SignupError} besides its message. */
export interface SignupErrorInit {
  /** What kind of fault it is. */
  code: FaultCode;
  /** The correlation id. */
  cid: string;
  /** Why there was no decision. */
  fault: string;
}

/**
 * There was no decision: something outside failed or took too long, such as the store or a service
 * (E901002), or there is a bug (E008004). It is unknown whether the operation took effect; repeat
 * it with its `idempotencyKey`, or check. A decision of an operation is never thrown, see {@link
 * Refused}.
 *
 * No member ever contains a password, a token or a secret key.
 */
export class SignupError extends Error {
  override readonly name = "SignupError";
  /** What kind of fault it is. */
  readonly code: FaultCode;
  /** The correlation id, under which the audit trail has the operation. */
  readonly cid: string;
  /** Why there was no decision; for the operator, not for the user. */
  readonly fault: string;

  constructor(operation: string, { code, cid, fault }: SignupErrorInit) {
    super(`${operation}: ${fault} (${code})`);
    this.code = code;
    this.cid = cid;
    this.fault = fault;
  }
}

/** The status code of an invalid request. */
export const INVALID_INPUT = "E008002";
/** The status code of a bug, or a trap. */
export const INTERNAL_ERROR = "E008004";
/** The status code of an outside failure, or a timeout. */
export const BUSY = "E901002";

/** An error or a warning about a configuration. */
export interface Notice {
  /** The line, from 1; 0 if the mistake is not in the file. */
  line: number;
  /** The column in code points, from 1; 0 if the mistake is not in the file. */
  column: number;
  /** What it is. */
  message: string;
  /** The member of a configuration that is an object, such as `password.minLength`. */
  path?: string;
}

/**
 * The configuration is invalid. It has its own class because it occurs at start, and has places in
 * a file.
 */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  /** All errors: at least one notice, in the order of the file. */
  readonly notices: readonly Notice[];

  constructor(notices: readonly Notice[]) {
    super(`enrol: the configuration cannot be used: ${notices.map(placed).join("; ")}`);
    this.notices = notices;
  }
}

/** A notice as one line. */
export function placed({ line, column, message }: Notice): string {
  return line === 0 ? message : `line ${line}, column ${column}: ${message}`;
}
