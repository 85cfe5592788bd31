// Services: what the caller gives to validate signups, to be told of new
// accounts and to write messages.

import type { Awaitable } from "./awaitable.js";

/** A request to a validation service, before an account is created. */
export interface ValidatePayload {
  /** What kind it is. */
  type: "user.validate";
  /** When it was made: ISO 8601, UTC, milliseconds. */
  timestamp: string;
  /** Who wants to sign up. */
  data: SignupData & { password: string };
}

/** Tells a callback service of a new account. */
export interface SignupPayload {
  /** What kind it is. */
  type: "user.signup";
  /** When it was made: ISO 8601, UTC, milliseconds. */
  timestamp: string;
  /** Who signed up. */
  data: SignupData & {
    sign_up_confirm_token: string;
    user_id: string;
    sign_up_time: string;
    approval_status: string;
    is_approval_needed: boolean;
  };
}

/** Asks the message service to write to somebody. */
export interface MessagePayload {
  /** What kind it is. */
  type: "user.message";
  /** When it was made: ISO 8601, UTC, milliseconds. */
  timestamp: string;
  /** What to write, and to whom. */
  data: {
    kind: "confirm" | "username_taken" | "email_taken" | "welcome" | "rejected";
    /** The address, exactly as it was typed. */
    to: string;
    username: string;
    /** To confirm with; "" for other kinds. */
    token: string;
    /** Why an account was rejected; "" for other kinds. */
    reason: string;
    from: string;
    cc: string[];
    bcc: string[];
    template: string;
    site_name: string;
  };
}

/** What every payload about an account says of it. */
export interface SignupData {
  /** As the user spelled it. */
  username: string;
  /** Exactly as it was typed; "" if there is none. */
  email: string;
  /** The application that the user signed up through. */
  current_app: string;
  /** The applications that the user signed up to. */
  app_list: string[];
  /** "before_confirmation", or "final" once it is confirmed. */
  sign_up_status: string;
  /** The one that was given, or the other names joined. */
  display_name: string;
  /** "" if there is none. */
  first_name: string;
  /** "" if there is none. */
  middle_name: string;
  /** "" if there is none. */
  last_name: string;
  /** Whatever else was given. */
  attrs: Record<string, string>;
}

/** What a service is called with. Its member names are those of Zato. */
export type ServicePayload = ValidatePayload | SignupPayload | MessagePayload;

/** How a service is called. */
export interface ServiceContext {
  /**
   * Those of Standard Webhooks 1.0: `webhook-id`, which stays the same over
   * repeated deliveries, `webhook-timestamp` and `webhook-signature`.
   */
  headers: Readonly<Record<string, string>>;
  /** The payload as it was signed. */
  body: string;
  /** Aborts when the call is given up: after 30 seconds, or with its operation. */
  signal: AbortSignal;
}

/** What a validation service answers. */
export interface Verdict {
  /** Whether the user may sign up. */
  is_valid: boolean;
  /** Status codes, if it is not valid. */
  sub_status?: string | string[];
}

/**
 * A service. A validation service answers a {@link Verdict}; what others answer
 * is not looked at. Throwing means that it was not done: an event is delivered
 * again later, so a service MUST bear that, and a signup fails.
 */
export type Service = (payload: ServicePayload, context: ServiceContext) => Awaitable<unknown>;

/** Services by name. Those named by a URL are called over HTTP and not listed. */
export type Services = Readonly<Record<string, Service>>;

/** Says whether a service is named by a URL. */
export function isURL(name: string): boolean {
  return /^https?:\/\//i.test(name);
}
