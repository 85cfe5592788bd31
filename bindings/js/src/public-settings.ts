// What the configuration says to front ends that anybody can reach.

/** The settings of the configuration that a public front end needs, such as the handler of `@enrol-sso/enrol/http`. */
export interface PublicSettings {
  /** The application of requests that name none: `apps.default`. */
  readonly app: string;
  /** All applications: `apps.all`. */
  readonly apps: readonly string[];
  /** Where people reach the front end: `enrol.public_url`; absent if it is not set. */
  readonly url?: string;
  /** The origins whose scripts may call it: `enrol.public_origins`. */
  readonly origins: readonly string[];
  /** How many signups of one client address the store counts in an hour: `enrol.rate_signup`; 0 for no limit. */
  readonly rateSignup: number;
  /** How many confirms: `enrol.rate_confirm`. */
  readonly rateConfirm: number;
  /** How many resends: `enrol.rate_resend`. */
  readonly rateResend: number;
  /**
   * Why the engine must not be served to the public, a sentence for each setting with which answers would tell who has
   * an account; none if it may be.
   */
  readonly refused: readonly string[];
}
