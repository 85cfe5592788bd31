// The audit trail: what is appended to it, and what the caller gives to do so.

import type { Awaitable } from "./awaitable.js";

/**
 * One entry of the audit trail. Ids stand for accounts, never names or
 * addresses; what there is nothing to say about is left out. The names are
 * those of Zato, so that trails of both can be read alike.
 */
export interface AuditEvent {
  /** When it happened: ISO 8601, UTC, milliseconds. */
  time: string;
  /** The correlation id: the same for all events of an operation. */
  cid: string;
  /** Such as "user.signup". */
  op: string;
  /** The id of who decided, for operations of super-users. */
  current_user?: string;
  /** The id of the account that it is about. */
  target_user?: string;
  /** What became of it; not there where it has only begun. */
  result?: "ok" | "error";
  /** Where it came from, and why it went wrong. */
  extra?: {
    /** The application that made the call. */
    current_app?: string;
    /** Addresses joined with ";". */
    remote_addr?: string;
    /** The true status codes, whether the user is told them or not. */
    sub_status?: string[];
  };
}

/**
 * Appends one event. Where the trail has to survive a crash, the event does
 * before this returns or its promise resolves. If it throws, the operation that
 * the event is about fails.
 */
export type AuditFunction = (event: AuditEvent) => Awaitable<unknown>;

/** An audit function, or an object with one. */
export type Audit =
  | AuditFunction
  | {
      /** As the function would be called. */
      append: AuditFunction;
    };
