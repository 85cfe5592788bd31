// What operations answer, and how that is read from the JSON of the module.

import { BUSY, INTERNAL_ERROR, SignupError } from "./errors.js";
import { nameOf, type Requested } from "./requests.js";
import type { Refused, Result } from "./result.js";

/** Answers signup. */
export type SignupResult = Result<{
  /**
   * For the owner of the e-mail address and nobody else. Where the
   * configuration says `always_return_confirm_token`, it may be a decoy that
   * never confirms anything.
   */
  confirmToken: string;
}>;

/** Answers confirm. */
export type ConfirmResult = Result<{
  /** That of the account, which is active now, or waits for approval. */
  userId: string;
}>;

/** Answers get. */
export type GetResult = Result<{
  /** The account. */
  user: User;
}>;

/** An account. Times are UTC, like 2018-02-13T15:32:24. */
export interface User {
  /** 26 digits and letters, which never change. */
  userId: string;
  /** As the user spelled it. */
  username: string;
  /** Exactly as it was typed. */
  email?: string;
  /** The one that was given, or the other names joined. */
  displayName?: string;
  /** As it was given. */
  firstName?: string;
  /** As it was given. */
  middleName?: string;
  /** As it was given. */
  lastName?: string;
  /** Whatever else was given at signup. */
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
  /** Whether somebody has to approve it. */
  isApprovalNeeded: boolean;
  /** There, and true, if the account is locked: its owner may not log in. */
  isLocked?: true;
  /** When it was locked. */
  lockedTime?: string;
  /** There, and true, if the password has to be changed before its owner may log in. */
  passwordMustChange?: true;
}

/** Answers dispatch. */
export type DispatchResult = Result<{
  /** Events that a service accepted. */
  delivered: number;
  /** Events to be tried again later. */
  failed: number;
  /** Events that were tried for the last time. */
  dead: number;
  /** Whether others were due already: dispatch again at once. */
  more: boolean;
  /** When the next is due, milliseconds since 1970; 0 for none. */
  nextDue: number;
}>;

/** A response of the module. */
interface Response {
  cid: string;
  status: "ok" | "error";
  sub_status?: string[];
  field?: string;
  message?: string;
  fault?: string;
  retry_after?: number;
}

/** Reads what the module answered. Throws a SignupError if that was no decision. */
export function read<Answer extends Result>(operation: Requested, json: string): Answer {
  const response = JSON.parse(json) as Response;
  const { status, sub_status = [], ...members } = response;
  if (status !== "ok") {
    return refusal(operation, response) as Answer;
  }
  const warnings = operation === "verify" ? { warnings: sub_status } : {};
  return { ok: true, ...camel(members), ...warnings } as unknown as Answer;
}

function refusal(operation: Requested, { cid, sub_status, ...response }: Response): Refused {
  const [code, ...more] = sub_status ?? [];
  if (response.fault !== undefined || code === undefined) {
    const fault = response.fault ?? "the module gave no reason";
    throw new SignupError(operation, { code: code === BUSY ? BUSY : INTERNAL_ERROR, cid, fault });
  }
  return {
    ok: false,
    cid,
    subStatus: [code, ...more],
    ...(response.field === undefined ? {} : { field: nameOf(operation, response.field) }),
    ...(response.message === undefined ? {} : { message: response.message }),
    ...(response.retry_after === undefined ? {} : { retryAfter: response.retry_after }),
  };
}

/** Names the members of an object the way JavaScript does; attrs keep theirs. */
function camel(object: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(object).map(([name, value]) => [
      name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
      within(name, value),
    ]),
  );
}

/** The value of a member, which may hold accounts or events. */
function within(name: string, value: unknown): unknown {
  switch (name) {
    case "user":
      return camel(value as object);
    case "users":
    case "events":
      return (value as object[]).map(camel);
    default:
      return value;
  }
}
