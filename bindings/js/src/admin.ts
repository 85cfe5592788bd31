// The operations of super-users: decide about accounts, list waiting accounts, and manage events
// and keys.

import type { CallOptions } from "./call.js";
import type { Caller, Correlated, Origin } from "./requests.js";
import type { Result } from "./result.js";

/**
 * The operations of a super-user, made by {@link Enrol.admin}. Its holder may call all of them, so
 * pass it only to code that has checked the caller.
 */
export interface Admin {
  /** Approves a confirmed account, so that its owner may log in. */
  approve(request: ApproveRequest, options?: CallOptions): Promise<Result>;
  /** Rejects a confirmed account, and deletes it. */
  reject(request: RejectRequest, options?: CallOptions): Promise<Result>;
  /** Locks an account: its owner can no longer log in. */
  lock(request: LockRequest, options?: CallOptions): Promise<Result>;
  /** Unlocks an account. */
  unlock(request: UnlockRequest, options?: CallOptions): Promise<Result>;
  /** Lists the accounts that wait for approval, or for their token. */
  pending(request: PendingRequest, options?: CallOptions): Promise<PendingResult>;
  /**
   * Moves the store to the newer of two secret keys, one step per call. Where
   * there are timers, the engine does so in the background.
   */
  rekey(request?: RekeyRequest, options?: CallOptions): Promise<RekeyResult>;
  /** Lists the events whose last try failed. */
  dead(request?: DeadRequest, options?: CallOptions): Promise<DeadResult>;
  /** Makes a dead letter due again, with as many tries as a new event. Its receiver sees the same id. */
  retry(request: RetryRequest, options?: CallOptions): Promise<Result>;
}

/** Where the call of a super-user comes from. {@link Enrol.admin} has who makes it. */
export interface AdminCaller extends Omit<Caller, "currentUser"> {}

/** The same, with the application that makes the call. */
export interface AdminOrigin extends Omit<Origin, "currentUser"> {}

/** Asks to approve an account. */
export interface ApproveRequest extends Correlated, AdminOrigin {
  /** The id of the account. */
  userId: string;
}

/** Asks to reject an account. */
export interface RejectRequest extends ApproveRequest {
  /** The reason, which the message to the user includes; up to 1,024 characters. */
  reason?: string | undefined;
}

/** Asks to lock an account, or a claim that waits for its token. */
export interface LockRequest extends ApproveRequest {}

/** Asks to unlock an account. */
export interface UnlockRequest extends LockRequest {
  /**
   * Whether the password must be changed before its owner may log in; unchanged if not given. No
   * operation changes passwords yet: verify refuses the owner until this is false again.
   */
  passwordMustChange?: boolean | undefined;
}

/** Asks for a page of the accounts that wait. */
export interface PendingRequest extends Correlated, AdminCaller {
  /** What the accounts wait for: approval, or a confirmed token. */
  status: "to-approve" | "to-confirm";
  /** The maximum number, 1 to 100; 50 if not given. */
  limit?: number | undefined;
  /** The `cursor` of the page before; none for the first page. */
  cursor?: string | undefined;
}

/** Asks to move the store to the newer of two secret keys. */
export interface RekeyRequest extends Correlated, AdminCaller {
  /** How many records to read, 1 to 100; 100 if not given. */
  limit?: number | undefined;
  /** The `cursor` of the run before; none for the first run. */
  cursor?: string | undefined;
}

/** Asks for a page of the dead letters. */
export interface DeadRequest extends Correlated, AdminCaller {
  /** The maximum number, 1 to 100; 50 if not given. */
  limit?: number | undefined;
  /** The `cursor` of the page before; none for the first page. */
  cursor?: string | undefined;
}

/** Asks to retry one of them. */
export interface RetryRequest extends Correlated, AdminCaller {
  /** The id of a {@link DeadEvent}. */
  id: string;
}

/** The answer of pending. */
export type PendingResult = Result<{
  /** The accounts that wait, the oldest of each bucket first. */
  users: readonly PendingUser[];
  /** Pass it to get the next page; "" if this is the last one. */
  cursor: string;
}>;

/** An account that waits. */
export interface PendingUser {
  /** Pass it to approve or reject. */
  userId: string;
  /** The username, in the spelling of the sign-up. */
  username: string;
  /** The e-mail address; "" if there is none. */
  email: string;
  /** The name to show; "" if there is none. */
  displayName: string;
  /** When the user signed up, in UTC (RFC 3339), like 2018-02-13T15:32:24Z. */
  signUpTime: string;
  /** The addresses of the client, joined with ";". */
  remoteAddr: string;
}

/** The answer of rekey. */
export type RekeyResult = Result<{
  /** How many records were moved. */
  moved: number;
  /** Whether this pass continues: rekey again at once, with the cursor. */
  more: boolean;
  /** Pass it to the next run; "" starts again. */
  cursor: string;
  /**
   * Whether nothing is left of the older key: you can remove it from the option `secretKey`.
   * Answers that are kept for repeated requests cannot be moved, so this takes
   * `enrol.idempotency_hours`.
   */
  done: boolean;
  /** The id of the secret key that seals new records. With `done`, the store needs this one alone. */
  key: string;
  /** How many hosts on the same store, in JavaScript or Go, lack the new key; nothing happens before each of them has it. */
  waitsFor?: number;
}>;

/** The answer of dead. */
export type DeadResult = Result<{
  /** The events, the oldest of each bucket first. */
  events: readonly DeadEvent[];
  /** Pass it to get the next page; "" if this is the last one. */
  cursor: string;
}>;

/** A dead letter: an event that failed its last try. */
export interface DeadEvent {
  /** Pass it to retry. */
  id: string;
  /** The event's account. */
  userId: string;
  /** The service that was called; of a URL without its path. */
  destination: string;
  /** When the event was created, in UTC (RFC 3339), like 2018-02-13T15:32:24Z. */
  created: string;
  /** How often it was tried. */
  tries: number;
  /** Why the last try failed. */
  reason: string;
}
