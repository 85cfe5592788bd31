// What callers hold: an engine, and the function that makes one.

import type { Notice } from "./errors.js";
import type {
  ApproveRequest,
  PendingRequest,
  PendingResult,
  PurgeRequest,
  PurgeResult,
  RejectRequest,
  ResendRequest,
  VerifyRequest,
  VerifyResult,
} from "./life.js";
import type { EnrolOptions } from "./options.js";
import type { ConfirmRequest, DispatchRequest, GetRequest, SignupRequest, ValidateRequest } from "./requests.js";
import type { Answered, ConfirmResult, DispatchResult, GetResult, SignupResult, ValidateResult } from "./responses.js";
import type { DeadRequest, DeadResult, RekeyRequest, RekeyResult, RetryRequest } from "./upkeep.js";

/**
 * Makes an engine over a store and prepares the store. Rejects with a
 * ConfigError if the configuration cannot be used, with a SignupError if the
 * store cannot, and with a TypeError if an option is wrong.
 */
export type CreateEnrol = (options: EnrolOptions) => Promise<Enrol>;

/**
 * A sign-up engine. Operations may be called while others are under way, as many
 * as you like up to 1,024. Each throws a SignupError if it does not do
 * what was asked, and a TypeError if it is called wrongly.
 */
export interface Enrol {
  /** What is doubtful about the configuration. */
  readonly notices: readonly Notice[];
  /** Creates an account that waits for its token. */
  signup(request: SignupRequest): Promise<SignupResult>;
  /** Tells whether fields would pass the local rules of signup. Looks nothing up and writes nothing. */
  validate(request: ValidateRequest): Promise<ValidateResult>;
  /** Activates the account that a token was given for. */
  confirm(request: ConfirmRequest): Promise<ConfirmResult>;
  /** Returns an account, to callers that may see it. */
  get(request: GetRequest): Promise<GetResult>;
  /**
   * Sends another token to the address of an account that waits for its own.
   * Whether there is such an account is not told.
   */
  resend(request: ResendRequest): Promise<Answered>;
  /**
   * Returns the account if the password is its own and the user may log in. It
   * begins no session: that is the application's affair.
   */
  verify(request: VerifyRequest): Promise<VerifyResult>;
  /** Decides that a confirmed account may be used. For super-users. */
  approve(request: ApproveRequest): Promise<Answered>;
  /** Decides that a confirmed account may not be used, and deletes it. For super-users. */
  reject(request: RejectRequest): Promise<Answered>;
  /** Lists those who wait for approval, or for their token. For super-users. */
  pending(request: PendingRequest): Promise<PendingResult>;
  /** Removes what has expired. This goes on in the background as well. */
  purge(request?: PurgeRequest): Promise<PurgeResult>;
  /**
   * Moves the store on to the newer of two secret keys, a step at a time. This
   * goes on in the background as well. For super-users.
   */
  rekey(request: RekeyRequest): Promise<RekeyResult>;
  /** Lists the events that were given up after their last try. For super-users. */
  dead(request: DeadRequest): Promise<DeadResult>;
  /**
   * Makes an event that was given up due again, with as many tries as a new one.
   * Its receiver sees the same id. For super-users.
   */
  retry(request: RetryRequest): Promise<Answered>;
  /** Delivers events that are due. This goes on in the background as well. */
  dispatch(request?: DispatchRequest): Promise<DispatchResult>;
  /** Waits for what is under way and takes on nothing new. The store stays open, unless its closing is asked for. */
  close(options?: { store?: boolean }): Promise<void>;
}
