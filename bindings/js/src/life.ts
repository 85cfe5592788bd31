// Requests and answers about the life of an account, after it was signed up.

import type { Correlated, Origin } from "./requests.js";
import type { User } from "./responses.js";
import type { Result, StatusCode } from "./result.js";

/** Asks for another message with a token. */
export interface ResendRequest extends Correlated, Origin {
  /** The username, in any spelling that compares equal. */
  username: string;
  /** The one that the user signed up with. */
  email: string;
}

/** Asks whether a password is right, for an account given by either its name or its confirmed address. */
export type VerifyRequest = Correlated &
  Origin & {
    /** The password, as the user typed it now. */
    password: string;
  } & (OfUsername | OfAddress);

interface OfUsername {
  /** The username, in any spelling that compares equal. */
  username: string;
  /** Absent: the username names the account. */
  email?: undefined;
}

interface OfAddress {
  /** The confirmed e-mail address of the account. */
  email: string;
  /** Absent: the address names the account. */
  username?: undefined;
}

/** Asks to remove expired records. */
export interface PurgeRequest extends Correlated {
  /** How many records to read, 1 to 100; 100 if not given. */
  limit?: number | undefined;
  /** The `cursor` of the purge before; none for the first. */
  cursor?: string | undefined;
}

/** The answer of verify: the password is right, and the user may log in. */
export type VerifyResult = Result<{
  /** The account. */
  user: User;
  /** Warnings, such as W003005 for a password that is about to expire; usually none. */
  warnings: readonly StatusCode[];
}>;

/** The answer of purge. */
export type PurgeResult = Result<{
  /** The number of expired claims and other records that were removed. */
  removed: number;
  /** Whether there may be more: purge again at once. */
  more: boolean;
  /** Pass it to the next purge. */
  cursor: string;
  /**
   * The first record that was skipped because it is damaged or a newer engine wrote it, for the
   * operator. `onFault` receives each text once.
   */
  damage?: string;
}>;
