// The two errors that Enrol throws besides TypeError, which says that the
// program calls it wrongly, and the reason of an AbortSignal.

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
 * There was no decision: something outside failed or took too long, such as the
 * store or a service (E901002), or there is a bug (E008004). Whether the
 * operation took effect is not known; repeat it with its `idempotencyKey`, or
 * look. What an operation decides is never thrown, see {@link Refused}.
 *
 * No member ever holds a password, a token or a secret key.
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

/** The status code of a request that is wrong. */
export const INVALID_INPUT = "E008002";
/** The status code of a bug, or a trap. */
export const INTERNAL_ERROR = "E008004";
/** The status code of what failed outside, or took too long. */
export const BUSY = "E901002";

/** Something about a configuration that is wrong, or doubtful. */
export interface Notice {
  /** From 1, or 0 if it is about something that the file does not have. */
  line: number;
  /** In code points from 1, or 0 likewise. */
  column: number;
  /** What it is. */
  message: string;
}

/**
 * The configuration cannot be used. It is a class of its own because it is for
 * whoever deploys, at start, and has places in a file.
 */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  /** Everything that is wrong: at least one notice, in the order of the file. */
  readonly notices: readonly Notice[];

  constructor(notices: readonly Notice[]) {
    super(`enrol: the configuration cannot be used: ${notices.map(placed).join("; ")}`);
    this.notices = notices;
  }
}

function placed({ line, column, message }: Notice): string {
  return line === 0 ? message : `line ${line}, column ${column}: ${message}`;
}
