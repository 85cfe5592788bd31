// The error with which a function of a service reports the kind of its failure.

/**
 * What a failure means for other calls of the same service:
 *
 * - `down`: it cannot be reached, or takes no calls now. All its events wait, and
 *   one at a time is tried until the service answers again.
 * - `refused`: it does not take this one event, which is tried again later; others
 *   are not affected.
 * - `final`: it will never take this one event, which is not tried again.
 */
export type ServiceFailure = "down" | "refused" | "final";

/** Further members of a {@link ServiceError}. */
export interface ServiceErrorOptions extends ErrorOptions {
  /** The number of seconds after which the service may be called again, with `down`. */
  retryAfter?: number | undefined;
}

/**
 * A service throws it to report the kind of its failure. Other errors count as `refused`, except
 * errors with a code of a failed connection, such as ECONNREFUSED, which count as `down`, like a
 * call that takes too long.
 *
 * The message reaches the operator: it MUST NOT contain a name, an address or a token.
 */
export class ServiceError extends Error {
  override readonly name = "ServiceError";
  /** What kind of failure it is. */
  readonly kind: ServiceFailure;
  /** The number of seconds after which the service may be called again, with `down`. */
  readonly retryAfter: number | undefined;

  constructor(kind: ServiceFailure, message: string, options: ServiceErrorOptions = {}) {
    super(message, options);
    this.kind = kind;
    this.retryAfter = options.retryAfter;
  }
}
