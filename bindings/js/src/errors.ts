// The two errors that Enrol throws besides TypeError, which says that the
// program calls it wrongly.

/** Members of a {@link SignupError} besides its message. */
export interface SignupErrorInit {
  subStatus: readonly string[];
  cid: string;
  field?: string | undefined;
  fault?: string | undefined;
  cause?: unknown;
}

/**
 * An operation did not do what was asked. Without `fault` that is a decision:
 * the request was refused, for the reasons in `subStatus`. With it there is no
 * decision: something outside failed (E901002) or there is a bug (E008004).
 *
 * No member ever holds a password, a token or a secret key.
 */
export class SignupError extends Error {
  override readonly name = "SignupError";
  /** The first status code, such as "E001002". */
  readonly code: string;
  /** All status codes: one for each field that is wrong. */
  readonly subStatus: readonly string[];
  /** The correlation id, under which the audit trail has the operation. */
  readonly cid: string;
  /** With E008002 and E008003: the member of the request that was wrong. */
  declare readonly field?: string;
  /** Why there was no decision; for the operator, not for the user. */
  declare readonly fault?: string;

  constructor(message: string, init: SignupErrorInit) {
    super(message, init.cause === undefined ? undefined : { cause: init.cause });
    this.subStatus = init.subStatus;
    this.code = init.subStatus[0] ?? INTERNAL_ERROR;
    this.cid = init.cid;
    if (init.field !== undefined) {
      this.field = init.field;
    }
    if (init.fault !== undefined) {
      this.fault = init.fault;
    }
  }
}

/** The status codes that this package itself answers. */
export const INVALID_INPUT = "E008002";
export const INTERNAL_ERROR = "E008004";
export const BUSY = "E901002";

/** Something about a configuration that is wrong, or doubtful. */
export interface Notice {
  /** From 1, or 0 if it is about something that the file does not have. */
  line: number;
  /** In code points from 1, or 0 likewise. */
  column: number;
  message: string;
}

/**
 * The configuration cannot be used. It is a class of its own because it is for
 * whoever deploys, at start, and has places in a file; status codes, which
 * {@link SignupError} carries, are for whoever signs up.
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
