// Services: functions that validate signups, receive new accounts and send messages.

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

/** Sends a new account to a callback service. */
export interface SignupPayload {
  /** What kind it is. */
  type: "user.signup";
  /** When it was made: ISO 8601, UTC, milliseconds. */
  timestamp: string;
  /** Who signed up. */
  data: SignupData<null> & {
    sign_up_confirm_token: string;
    user_id: string;
    /** When the user signed up, in UTC (RFC 3339), like all times here. */
    sign_up_time: string;
    /** The decision; "approved" from the start if no approval is needed. */
    approval_status: "before_decision" | "approved";
    /** When the approval was decided. */
    approval_status_mod_time: string | null;
    /** The super-user who decided; null if none has. */
    approval_status_mod_by: string | null;
    is_approval_needed: boolean;
    is_locked: boolean;
    password_is_set: boolean;
    password_last_set: string;
    password_must_change: boolean;
    /** When the password expires; null if it does not. */
    password_expiry: string | null;
  };
}

/** Tells a callback service that an account is erased. */
export interface DeletedPayload {
  /** What kind it is. */
  type: "user.deleted";
  /** When it was erased: ISO 8601, UTC, milliseconds. */
  timestamp: string;
  /** Which account. It has none of the members of other payloads. */
  data: { user_id: string } & { [Member in keyof SignupData]?: undefined };
}

/** Asks the message service to write to somebody. */
export interface MessagePayload {
  /** What kind it is. */
  type: "user.message";
  /** When it was made: ISO 8601, UTC, milliseconds. */
  timestamp: string;
  /** What to write, and to whom. */
  data: {
    kind:
      | "confirm"
      | "confirm_resent"
      | "username_taken"
      | "email_taken"
      | "welcome"
      | "approved"
      | "rejected"
      | "login_attempts";
    /** The address, exactly as it was typed. */
    to: string;
    username: string;
    /** The token to confirm with; "" for other kinds. */
    token: string;
    /** The time until which the token is valid, in UTC (RFC 3339), like 2018-02-13T15:32:24Z; null for other kinds. */
    expires: string | null;
    /** Why an account was rejected; "" for other kinds. */
    reason: string;
    from: string;
    cc: string[];
    bcc: string[];
    template: string;
    site_name: string;
    /** The application that the user signed up through. */
    current_app: string;
    /** The attrs.locale of the signup, if it is a language tag such as "pt-BR". */
    locale?: string;
  };
}

/**
 * The members of every payload about an account. A text that is not set is "" for validation
 * services and null for callback services, as in the original.
 */
export interface SignupData<Unset = ""> {
  /** The username, in the spelling of the sign-up. */
  username: string;
  /** The e-mail address, exactly as it was typed. */
  email: string | Unset;
  /** The application that the user signed up through. */
  current_app: string;
  /** The applications that the user signed up to. */
  app_list: string[];
  /** The state of the account: "before_confirmation", or "final" once it is confirmed. */
  sign_up_status: string;
  /** The display name of the signup, or the other names joined. */
  display_name: string | Unset;
  /** The first name of the signup. */
  first_name: string | Unset;
  /** The middle name of the signup. */
  middle_name: string | Unset;
  /** The last name of the signup. */
  last_name: string | Unset;
  /** The attrs of the signup. */
  attrs: Record<string, string>;
}

/**
 * What a service is called with: the JSON that was signed, the same for a function and for a URL. So
 * tokens in it are plain text, which a mail needs. Its members have the names that Zato uses.
 */
export type ServicePayload = ValidatePayload | SignupPayload | DeletedPayload | MessagePayload;

/** How a service is called. */
export interface ServiceContext {
  /**
   * The headers of Standard Webhooks 1.0: `webhook-id`, which stays the same over
   * repeated deliveries, `webhook-timestamp` and `webhook-signature`.
   */
  headers: Readonly<Record<string, string>>;
  /** The payload as it was signed. */
  body: string;
  /** Aborts when the call is cancelled: after 30 seconds, or with its operation. */
  signal: AbortSignal;
}

/** What a validation service answers. */
export interface Verdict {
  /** Whether the user may sign up. */
  is_valid: boolean;
  /** The status codes, if the account is not valid. */
  sub_status?: string | string[];
}

/**
 * A service. A validation service answers a {@link Verdict}; the answers of other services are
 * ignored. If it throws, a signup fails, and an event is delivered again later, so a service MUST
 * accept repeated calls with the same `webhook-id`. A {@link ServiceError} states whether other
 * events wait as well, or whether this one is never retried.
 */
export type Service = (payload: ServicePayload, context: ServiceContext) => Awaitable<unknown>;

/** Services by name. Those named by a URL are called over HTTP and not listed. */
export type Services = Readonly<Record<string, Service>>;

/** Reports whether a service is named by a URL. */
export function isURL(name: string): boolean {
  return /^https?:\/\//i.test(name);
}
