// The error that the stores of this package throw besides the two of the
// contract and those of their databases.

/**
 * Why a store refuses: it was closed, a newer version of this package wrote it,
 * the database cannot hold the contract, or the call is one that no store takes.
 */
export type StoreErrorCode = "closed" | "newer" | "unsuitable" | "misuse";

/** A store refuses a call; nothing was applied. The message says what to do. */
export class StoreError extends Error {
  override readonly name = "StoreError";
  /** What kind of failure it is. */
  readonly code: StoreErrorCode;

  constructor(code: StoreErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** What a store throws that was closed. */
export function closedError(): StoreError {
  return new StoreError("closed", "the store is closed");
}

/** What every store throws that finds a schema of another version than its own. */
export function newerError(found: unknown, known: number): StoreError {
  return new StoreError(
    "newer",
    `a newer version of @enrol-sso/enrol wrote the store: its schema is ${String(found)}, known up to ${known}; ` +
      "install that version or a later one",
  );
}

/** The version of the schema that these stores write, and the newest they read. */
export const SCHEMA = 1;

/** Refuses a schema that is not known here. */
export function checkSchema(found: unknown): void {
  if (Number(found) !== SCHEMA) {
    throw newerError(found, SCHEMA);
  }
}
