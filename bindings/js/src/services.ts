// Services: what the caller gives to validate signups, to be told of new
// accounts and to write messages.

import type { Awaitable } from "./awaitable.js";

/** A request to a validation service, before an account is created. */
export interface ValidatePayload {
  type: "user.validate";
  timestamp: string;
  data: SignupData & { password: string };
}

/** Tells a callback service of a new account. */
export interface SignupPayload {
  type: "user.signup";
  timestamp: string;
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
  type: "user.message";
  timestamp: string;
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
  username: string;
  email: string;
  current_app: string;
  app_list: string[];
  sign_up_status: string;
  display_name: string;
  first_name: string;
  middle_name: string;
  last_name: string;
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
