// Requests and answers about the life of an account, after it was signed up.

import type { Correlated, Origin } from "./requests.js";
import type { User } from "./responses.js";
import type { Result, StatusCode } from "./result.js";

/** What only super-users may do. */
export interface Privileged {
  /**
   * That whoever asks is a super-user. The engine knows no roles and believes
   * it: set it for those whom your program knows to be one, never from what a
   * request from outside says. Without it the operation is refused (E005005).
   */
  superUser: boolean;
}

/** Asks for another message with a token. */
export interface ResendRequest extends Correlated, Origin {
  /** In any spelling that compares equal. */
  username: string;
  /** The one that the user signed up with. */
  email: string;
}

/** Asks whether a password is that of an account, by exactly one of its name and its confirmed address. */
export interface VerifyRequest extends Correlated, Origin {
  /** In any spelling that compares equal. */
  username?: string | undefined;
  /** One that was confirmed. */
  email?: string | undefined;
  /** As the user typed it. */
  password: string;
}

/** Asks to approve an account. */
export interface ApproveRequest extends Correlated, Origin, Privileged {
  /** That of the account. */
  userId: string;
  /** The id of who decides; for the audit trail. */
  currentUser?: string | undefined;
}

/** Asks to reject an account. */
export interface RejectRequest extends ApproveRequest {
  /** For the message to the user; up to 1,024 characters. */
  reason?: string | undefined;
}

/** Asks to lock an account, or a claim that waits for its token. */
export interface LockRequest extends ApproveRequest {}

/** Asks to take the lock of an account away. */
export interface UnlockRequest extends LockRequest {
  /**
   * Whether the password has to be changed before its owner may log in; stays as
   * it is if there is none. No operation changes passwords yet: who has to is
   * refused by verify until this is taken back.
   */
  passwordMustChange?: boolean | undefined;
}

/** Asks for a page of those who wait. */
export interface PendingRequest extends Correlated, Privileged {
  /** For approval, or for the token to be confirmed. */
  status: "to-approve" | "to-confirm";
  /** How many at most, 1 to 100; 50 if there is none. */
  limit?: number | undefined;
  /** That of the page before; none for the first. */
  cursor?: string | undefined;
}

/** Asks to remove what has expired. */
export interface PurgeRequest extends Correlated {
  /** How many records to look at, 1 to 100; 100 if there is none. */
  limit?: number | undefined;
  /** That of the purge before; none for the first. */
  cursor?: string | undefined;
}

/** Answers verify: the password is right, and the user may log in. */
export type VerifyResult = Result<{
  /** The account. */
  user: User;
  /** Such as W003005, of a password that will expire; none most of the time. */
  warnings: readonly StatusCode[];
}>;

/** Answers pending. */
export type PendingResult = Result<{
  /** Those who wait, the oldest of each bucket first. */
  users: readonly PendingUser[];
  /** For the next page; "" if this is the last. */
  cursor: string;
}>;

/** Somebody who waits. */
export interface PendingUser {
  /** For approve and reject. */
  userId: string;
  /** As the user spelled it. */
  username: string;
  /** "" if there is none. */
  email: string;
  /** "" if there is none. */
  displayName: string;
  /** UTC, like 2018-02-13T15:32:24. */
  signUpTime: string;
  /** Addresses joined with ";". */
  remoteAddr: string;
}

/** Answers purge. */
export type PurgeResult = Result<{
  /** Claims, and other things that expired. */
  removed: number;
  /** Whether there may be more: purge again at once. */
  more: boolean;
  /** For the next purge. */
  cursor: string;
}>;
