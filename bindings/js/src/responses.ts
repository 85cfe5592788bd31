// What operations answer, and how that is read from the JSON of the module.

import { INTERNAL_ERROR, SignupError } from "./errors.js";
import type { VerifyResult } from "./life.js";
import { nameOf, type Requested } from "./requests.js";

/** What every answer has. */
export interface Answered {
  /** The correlation id, under which the audit trail has the operation. */
  cid: string;
}

/** Answers signup. */
export interface SignupResult extends Answered {
  /**
   * For the owner of the e-mail address and nobody else. Where the
   * configuration says `always_return_confirm_token`, it may be a decoy that
   * never confirms anything.
   */
  confirmToken: string;
}

/** Answers validate. */
export interface ValidateResult extends Answered {
  ok: boolean;
  /** The status codes of the fields that did not pass, none if all did. */
  subStatus: readonly string[];
}

/** Answers confirm. */
export interface ConfirmResult extends Answered {
  userId: string;
}

/** Answers get. */
export interface GetResult extends Answered {
  user: User;
}

/** An account. Times are UTC, like 2018-02-13T15:32:24. */
export interface User {
  userId: string;
  /** As the user spelled it. */
  username: string;
  email?: string;
  displayName?: string;
  firstName?: string;
  middleName?: string;
  lastName?: string;
  attrs?: Readonly<Record<string, string>>;
  /** The application that the user signed up through. */
  currentApp: string;
  appList: readonly string[];
  signUpStatus: "before_confirmation" | "final";
  signUpTime: string;
  signUpConfirmTime?: string;
  approvalStatus: "before_decision" | "approved";
  isApprovalNeeded: boolean;
}

/** Answers dispatch. */
export interface DispatchResult extends Answered {
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
}

/** A response of the module. */
interface Response {
  cid: string;
  status: "ok" | "error";
  sub_status?: string[];
  field?: string;
  message?: string;
  fault?: string;
}

/** Reads what the module answered to operations that answer or throw. */
export function read<T extends Answered>(operation: Requested, json: string): T {
  const response = JSON.parse(json) as Response;
  if (response.status !== "ok") {
    throw refusal(operation, response);
  }
  const { status: _, ...members } = response;
  return camel(members) as T;
}

/** Reads what the module answered to validate, for which a refusal is an answer. */
export function readVerdict(json: string): ValidateResult {
  const response = JSON.parse(json) as Response;
  const { cid, status, sub_status: subStatus = [] } = response;
  if (status !== "ok" && (response.fault !== undefined || subStatus.some((code) => code.startsWith("E008")))) {
    throw refusal("validate", response);
  }
  return { cid, ok: status === "ok", subStatus };
}

/** Reads what the module answered to verify, which leaves out warnings where there are none. */
export function readVerified(json: string): VerifyResult {
  const { subStatus = [], ...verified } = read<Answered & { user: User; subStatus?: string[] }>("verify", json);
  return { ...verified, subStatus };
}

function refusal(operation: Requested, response: Response): SignupError {
  const subStatus = response.sub_status?.length ? response.sub_status : [INTERNAL_ERROR];
  const field = response.field === undefined ? undefined : nameOf(operation, response.field);
  const what = field === undefined ? "" : `${field} `;
  const why = response.fault ?? (response.message === undefined ? "refused" : what + response.message);
  const { cid, fault } = response;
  return new SignupError(`${operation}: ${why} (${subStatus.join(", ")})`, { subStatus, cid, field, fault });
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
