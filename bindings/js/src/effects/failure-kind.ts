// The kind of a service's failure, for the module.

import type { ServiceFailure } from "../service-error.js";

/** The members of the answer to a callback that failed, besides `error`. */
export interface FailureKind {
  kind: ServiceFailure | "stopped";
  /** Whole seconds, with down. */
  retry_after?: number;
}

/** The engine is closing, so the call was cancelled or not made. */
export class StoppedError extends Error {
  override readonly name = "StoppedError";
}

const KINDS: readonly unknown[] = ["down", "refused", "final"] satisfies ServiceFailure[];

/** The most seconds that a service can ask for; the module bounds them further. */
const MAX_RETRY_AFTER = 86_400;

/** The codes that Node, its fetch, Bun and mailers give to connections that failed. */
const CONNECTION_FAILED: ReadonlySet<unknown> = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "ECONNABORTED",
  "ETIMEDOUT",
  "EPIPE",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTDOWN",
  "EHOSTUNREACH",
  "ENETDOWN",
  "ENETUNREACH",
  "ECONNECTION",
  "ESOCKET",
  "EDNS",
  "UND_ERR_CONNECT_TIMEOUT",
  "UND_ERR_HEADERS_TIMEOUT",
  "UND_ERR_BODY_TIMEOUT",
  "UND_ERR_SOCKET",
  "ConnectionRefused",
  "ConnectionClosed",
  "FailedToOpenSocket",
]);

/** What kind of failure an error is; it may be anything that was thrown. */
export function failureKind(error: unknown): FailureKind {
  try {
    return kindOf(Object(error));
  } catch {
    return { kind: "refused" }; // an error whose members throw
  }
}

function kindOf({ name, kind, retryAfter, code, cause }: Record<string, unknown>): FailureKind {
  // Names tell the classes apart: an application may hold this package twice.
  if (name === "ServiceError" && KINDS.includes(kind)) {
    return { kind: kind as ServiceFailure, ...(kind === "down" ? waiting(retryAfter) : {}) };
  }
  if (name === "StoppedError") {
    return { kind: "stopped" };
  }
  const unreachable = CONNECTION_FAILED.has(code) || CONNECTION_FAILED.has(Object(cause).code);
  return { kind: unreachable || name === "TimeoutError" ? "down" : "refused" };
}

function waiting(seconds: unknown): { retry_after?: number } {
  const known = typeof seconds === "number" && seconds > 0;
  return known ? { retry_after: Math.min(Math.ceil(seconds), MAX_RETRY_AFTER) } : {};
}
