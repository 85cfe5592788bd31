// The answers of operations, and how they are read from the JSON of the module.

import { ConfirmToken } from "./confirm-token.js";
import { BUSY, ConfigError, INTERNAL_ERROR, INVALID_INPUT, SignupError } from "./errors.js";
import { reasonsOf } from "./reason.js";
import { nameOf, type Requested, renamed } from "./requests.js";
import type { Refused, Result } from "./result.js";
import type { ServiceFailure } from "./service-error.js";
import { longest, unreadable } from "./text-fault.js";

/** The answer of signup. */
export type SignupResult = Result<{
  /**
   * For the owner of the e-mail address and nobody else; `confirmToken.reveal()` returns its text,
   * and whatever prints or sends the answer has "[redacted]" in its place. With
   * `always_return_confirm_token`, it may be a decoy that never confirms anything.
   */
  confirmToken: ConfirmToken;
}>;

/** The answer of validate. */
export type ValidateResult = Result & {
  /**
   * Rates the password, whether it is accepted or not. Absent if the request has none, and for one
   * that cannot be read or is much longer than `max_length`.
   */
  readonly strength?: Strength;
};

/** How strong a password is, as zxcvbn 4.4.2 judges it. */
export interface Strength {
  /** The score, from 0 (weakest) to 4. */
  readonly score: 0 | 1 | 2 | 3 | 4;
  /** What is wrong with it; absent if there is nothing to say. */
  readonly warning?: StrengthWarning;
  /** How to choose a better one; none with the scores 3 and 4. */
  readonly suggestions: readonly StrengthSuggestion[];
}

/** What is wrong with a password. */
export type StrengthWarning =
  | "straight_row"
  | "keyboard_pattern"
  | "repeated_character"
  | "repeated_text"
  | "sequence"
  | "recent_year"
  | "date"
  | "top_10_password"
  | "top_100_password"
  | "common_password"
  | "like_common_password"
  | "single_word"
  | "single_name"
  | "common_name";

/** How to choose a better password. */
export type StrengthSuggestion =
  | "use_words"
  | "no_symbols_needed"
  | "add_words"
  | "longer_keyboard_pattern"
  | "avoid_repeats"
  | "avoid_sequences"
  | "avoid_recent_years"
  | "avoid_own_years"
  | "avoid_own_dates"
  | "capitals_help_little"
  | "all_capitals_help_little"
  | "reversing_helps_little"
  | "signs_help_little";

/** The answer of confirm. */
export type ConfirmResult = Result<{
  /** The id of the account, which is active now or waits for approval. */
  userId: string;
}>;

/** The answer of get. */
export type GetResult = Result<{
  /** The account. */
  user: User;
}>;

/** An account. Times are in UTC (RFC 3339), like 2018-02-13T15:32:24Z. */
export interface User {
  /** The id of the account: 26 digits and letters, which never change. */
  userId: string;
  /** The username, in the spelling of the sign-up. */
  username: string;
  /** The e-mail address, exactly as it was typed. */
  email?: string;
  /** The display name of the signup, or the other names joined. */
  displayName?: string;
  /** The first name of the signup. */
  firstName?: string;
  /** The middle name of the signup. */
  middleName?: string;
  /** The last name of the signup. */
  lastName?: string;
  /** The attrs of the signup. */
  attrs?: Readonly<Record<string, string>>;
  /** The application that the user signed up through. */
  currentApp: string;
  /** The applications that the user signed up to. */
  appList: readonly string[];
  /** Whether it waits for its token, or was confirmed. */
  signUpStatus: "before_confirmation" | "final";
  /** When it was signed up. */
  signUpTime: string;
  /** When it was confirmed. */
  signUpConfirmTime?: string;
  /** Whether it waits for a decision; "approved" also where none is needed. */
  approvalStatus: "before_decision" | "approved";
  /** When the approval was decided. */
  approvalStatusModTime?: string;
  /** Who decided: the `currentUser` of approve, if it had one. */
  approvalStatusModBy?: string;
  /** Whether a super-user must approve it. */
  isApprovalNeeded: boolean;
  /** True if the account is locked, so that its owner may not log in; else absent. */
  isLocked?: true;
  /** When it was locked. */
  lockedTime?: string;
  /** When the password was set. */
  passwordLastSet: string;
  /** True if the password must be changed before its owner may log in; else absent. */
  passwordMustChange?: true;
  /** When the password expires; absent if it does not. */
  passwordExpiry?: string;
}

/** The answer of dispatch. */
export type DispatchResult = Result<{
  /** The number of events that a service accepted. */
  delivered: number;
  /** The number of events that are tried again later. */
  failed: number;
  /** The number of events that are not tried again, except with retry. */
  dead: number;
  /** The number of messages that were not sent because their token had expired. */
  expired: number;
  /** The number of messages that were not sent because a newer one replaces them, or nobody needs them. */
  dropped: number;
  /** Whether others were due already: dispatch again at once. */
  more: boolean;
  /** When the next is due, in RFC 3339; null for none. */
  nextDue: string | null;
  /** The destinations that have events left; with a request for one destination, only that one. */
  destinations: readonly Destination[];
  /** The failed calls of services. `onFault` receives them too. */
  failures: readonly DeliveryFailure[];
  /**
   * The first problem, for the operator: a record that was skipped because it is damaged or a newer
   * engine wrote it, or a failure after some events were settled. `onFault` receives each text
   * once.
   */
  damage?: string;
}>;

/** A service that events are for. */
export interface Destination {
  /** Pass it to dispatch. */
  readonly id: string;
  /** The name of the service; of a URL without its path. */
  readonly name: string;
  /** Whether it has events that may be delivered now. */
  readonly more: boolean;
  /** When the next event is due, or when a service that is down is tried again; in RFC 3339, null for none. */
  readonly nextDue: string | null;
}

/** A failed delivery. It contains no address, no person's name and no token. */
export interface DeliveryFailure {
  /** The id of the event, which the service sees as `webhook-id`. */
  readonly event: string;
  /** The kind of message, such as "confirm", or "callback". */
  readonly kind: string;
  /** The service; of a URL without its path. */
  readonly destination: string;
  /** What kind of failure it is. */
  readonly failure: ServiceFailure;
  /** Why the service did not accept it. */
  readonly reason: string;
  /** How often it was tried, this time included. */
  readonly tries: number;
  /** When it is tried again, in RFC 3339; null if it is dead, or was settled by another courier. */
  readonly nextDue: string | null;
  /** Whether it is not tried again, unless with retry. */
  readonly dead: boolean;
}

/** A response of the module. */
interface Response {
  cid: string;
  status: "ok" | "error";
  sub_status?: string[];
  field?: string;
  message?: string;
  fault?: string;
  retry_after?: number;
  strength?: Strength;
}

/** How the module begins the fault of a store that another secret key seals. */
const WRONG_KEY = "the store is sealed with ";

/**
 * Reads the answer of the module to a request. Throws a SignupError if there was no decision, or a
 * ConfigError if that is because of the secret key.
 */
export function read<Answer extends Result>(operation: Requested, request: object, json: string): Answer {
  const response = JSON.parse(json) as Response;
  const { status, sub_status = [], ...members } = response;
  if (status !== "ok") {
    return located(refusal(operation, response), request) as Answer;
  }
  const warnings = operation === "verify" ? { warnings: sub_status } : {};
  return { ok: true, ...camel(members), ...warnings } as unknown as Answer;
}

function refusal(operation: Requested, { cid, sub_status, ...response }: Response): Refused {
  const [code, ...more] = sub_status ?? [];
  if (response.fault !== undefined || code === undefined) {
    const fault = response.fault ?? "the module gave no reason";
    if (fault.startsWith(WRONG_KEY)) {
      throw new ConfigError([{ line: 0, column: 0, message: `option secretKey: ${fault}` }]);
    }
    throw new SignupError(operation, { code: code === BUSY ? BUSY : INTERNAL_ERROR, cid, fault });
  }
  const subStatus = [code, ...more] as const;
  return {
    ok: false,
    cid,
    subStatus,
    reasons: reasonsOf(subStatus),
    ...(response.field === undefined ? {} : { field: nameOf(operation, response.field) }),
    ...(response.message === undefined ? {} : { message: renamed(operation, response.message) }),
    ...(response.retry_after === undefined ? {} : { retryAfter: response.retry_after }),
    ...(response.strength === undefined ? {} : { strength: response.strength }),
  };
}

/** Names the member that makes a request unreadable, of which the module knows only the place in its JSON. */
function located(refused: Refused, request: object): Refused {
  if (refused.subStatus[0] !== INVALID_INPUT || refused.field !== undefined) {
    return refused;
  }
  return { ...refused, ...(unreadable(request) ?? tooLong(refused, request)) };
}

function tooLong({ message = "" }: Refused, request: object): { field?: string } {
  const field = /, the limit is \d+$/.test(message) ? longest(request) : undefined;
  return field === undefined ? {} : { field };
}

/** Renames the members of an object to JavaScript's style, except in attrs. */
function camel(object: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(object).map(([name, value]) => [
      name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
      within(name, value),
    ]),
  );
}

/** The value of a member, which may hold accounts, events or what is said of deliveries. */
function within(name: string, value: unknown): unknown {
  switch (name) {
    case "confirm_token":
      return new ConfirmToken(value as string);
    case "user":
      return camel(value as object);
    case "users":
    case "events":
    case "destinations":
    case "failures":
      return (value as object[]).map(camel);
    default:
      return value;
  }
}
