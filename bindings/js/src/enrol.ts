// What callers hold: an engine, and the function that makes one.

/// <reference lib="esnext.disposable" preserve="true" />

import type { CallOptions } from "./call.js";
import type { Notice } from "./errors.js";
import type {
  ApproveRequest,
  LockRequest,
  PendingRequest,
  PendingResult,
  PurgeRequest,
  PurgeResult,
  RejectRequest,
  ResendRequest,
  UnlockRequest,
  VerifyRequest,
  VerifyResult,
} from "./life.js";
import type { EnrolOptions } from "./options.js";
import type { ConfirmRequest, DispatchRequest, GetRequest, SignupRequest, ValidateRequest } from "./requests.js";
import type { ConfirmResult, DispatchResult, GetResult, SignupResult } from "./responses.js";
import type { Result } from "./result.js";
import type {
  DeadRequest,
  DeadResult,
  RekeyRequest,
  RekeyResult,
  RetryRequest,
  UpkeepOptions,
  UpkeepReport,
} from "./upkeep.js";

/**
 * Makes an engine over a store and prepares the store. Rejects with a
 * ConfigError if the configuration cannot be used, with a SignupError if the
 * store cannot, and with a TypeError if an option is wrong.
 *
 * On edge workers, where a script that loads may neither wait nor draw random
 * bytes, it does nothing but check the options: it may be called at module
 * scope, and the first operation, or {@link Enrol.ready}, does the rest and
 * rejects in its place.
 */
export type CreateEnrol = (options: EnrolOptions) => Promise<Enrol>;

/**
 * A sign-up engine. Operations may be called while others are under way, as many
 * as you like up to 1,024.
 *
 * Each resolves to an answer whose member `ok` says whether it did what was
 * asked; a refusal has the status codes in `subStatus`. It rejects with a
 * SignupError if there was no decision, with a TypeError if it is called
 * wrongly, and with the reason of its signal if that aborts.
 */
export interface Enrol extends AsyncDisposable {
  /** What is doubtful about the configuration; none before the engine is ready. */
  readonly notices: readonly Notice[];
  /** Waits until the engine is prepared, which it is where createEnrol prepared it already. */
  ready(): Promise<void>;
  /** Creates an account that waits for its token. */
  signup(request: SignupRequest, options?: CallOptions): Promise<SignupResult>;
  /** Tells whether fields would pass the local rules of signup. Looks nothing up and writes nothing. */
  validate(request: ValidateRequest, options?: CallOptions): Promise<Result>;
  /** Activates the account that a token was given for. */
  confirm(request: ConfirmRequest, options?: CallOptions): Promise<ConfirmResult>;
  /** Returns an account, to callers that may see it. */
  get(request: GetRequest, options?: CallOptions): Promise<GetResult>;
  /**
   * Sends another token to the address of an account that waits for its own.
   * Whether there is such an account is not told.
   */
  resend(request: ResendRequest, options?: CallOptions): Promise<Result>;
  /**
   * Returns the account if the password is its own and the user may log in. It
   * begins no session: that is the application's affair.
   */
  verify(request: VerifyRequest, options?: CallOptions): Promise<VerifyResult>;
  /** Decides that a confirmed account may be used. For super-users. */
  approve(request: ApproveRequest, options?: CallOptions): Promise<Result>;
  /** Decides that a confirmed account may not be used, and deletes it. For super-users. */
  reject(request: RejectRequest, options?: CallOptions): Promise<Result>;
  /** Keeps the owner of an account from logging in. For super-users. */
  lock(request: LockRequest, options?: CallOptions): Promise<Result>;
  /** Lets the owner of an account log in again. For super-users. */
  unlock(request: UnlockRequest, options?: CallOptions): Promise<Result>;
  /** Lists those who wait for approval, or for their token. For super-users. */
  pending(request: PendingRequest, options?: CallOptions): Promise<PendingResult>;
  /** Removes what has expired. Where there are timers, this goes on in the background as well. */
  purge(request?: PurgeRequest, options?: CallOptions): Promise<PurgeResult>;
  /**
   * Moves the store on to the newer of two secret keys, a step at a time. Where
   * there are timers, this goes on in the background as well. For super-users.
   */
  rekey(request: RekeyRequest, options?: CallOptions): Promise<RekeyResult>;
  /** Lists the events that were given up after their last try. For super-users. */
  dead(request: DeadRequest, options?: CallOptions): Promise<DeadResult>;
  /**
   * Makes an event that was given up due again, with as many tries as a new one.
   * Its receiver sees the same id. For super-users.
   */
  retry(request: RetryRequest, options?: CallOptions): Promise<Result>;
  /** Delivers events that are due. This goes on in the background as well. */
  dispatch(request?: DispatchRequest, options?: CallOptions): Promise<DispatchResult>;
  /**
   * Does what timers do where there are some, for cron jobs on edge workers:
   * takes turns at delivering what is due, removing what has expired and, with
   * two secret keys, moving the store on to the newer, until all is done or
   * `withinMs` is over. What is left then, the next upkeep does. If one of the
   * three fails the others are done all the same, and it rejects in the end; what
   * else failed is told to `onFault`.
   */
  upkeep(options?: UpkeepOptions): Promise<UpkeepReport>;
  /**
   * Waits for what is under way and takes on nothing new. The store stays open,
   * unless its closing is asked for. `await using` closes the engine, and not the
   * store, at the end of a scope.
   */
  close(options?: { store?: boolean }): Promise<void>;
}
