// The error that the stores of this package throw, besides the errors of the contract and of their
// databases.

/**
 * Why a store refuses: it was closed, a newer version of this package wrote it, the database cannot
 * meet the contract or its file is not this user's alone, another program blocks the database, or
 * the call is invalid for every store.
 */
export type StoreErrorCode = "closed" | "newer" | "unsuitable" | "unavailable" | "misuse";

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

/** The error of a closed store. */
export function closedError(): StoreError {
  return new StoreError("closed", "the store is closed");
}

/** The error of a store that finds another version of the schema. */
export function newerError(found: unknown, known: number): StoreError {
  return new StoreError(
    "newer",
    `a newer version of @enrol-sso/enrol wrote the store: its schema is ${String(found)}, known up to ${known}; ` +
      "install that version or a later one",
  );
}

/** The version of the schema that these stores write, and the newest they read. */
export const SCHEMA = 1;

/** Refuses an unknown schema. */
export function checkSchema(found: unknown): void {
  if (Number(found) !== SCHEMA) {
    throw newerError(found, SCHEMA);
  }
}
