// The audit trail: what is appended to it, and what the caller gives to do so.

import type { Awaitable } from "./awaitable.js";

/**
 * One entry of the audit trail. Ids stand for accounts, never names or addresses; empty members are
 * left out. The members have the names that Zato uses, so that the same programs can read both trails.
 */
export interface AuditEvent {
  /** When it happened: ISO 8601, UTC, milliseconds. */
  time: string;
  /** The correlation id: the same for all events of an operation. */
  cid: string;
  /** The operation, such as "user.signup". */
  op: string;
  /** The caller of the operation: a user id, or a label such as "key:billing". */
  current_user?: string;
  /** The id of the account concerned. */
  target_user?: string;
  /** The result; absent in the entry of the attempt. */
  result?: "ok" | "error";
  /** Where the call came from, and why it failed. */
  extra?: {
    /** The application that made the call. */
    current_app?: string;
    /** The addresses of the client, joined with ";". */
    remote_addr?: string;
    /** The true status codes, even those that are not disclosed. */
    sub_status?: string[];
  };
}

/**
 * Appends one event. If the trail must survive a crash, the event must be durable before this
 * returns or its promise resolves. If it throws, the operation of the event fails.
 */
export type AuditFunction = (event: AuditEvent) => Awaitable<unknown>;

/** An audit function, or an object with one. */
export type Audit =
  | AuditFunction
  | {
      /** Called like the function. */
      append: AuditFunction;
    };
