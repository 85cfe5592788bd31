// What callers hold: an engine, and the function that makes one.

/// <reference lib="esnext.disposable" preserve="true" />

import type { Admin } from "./admin.js";
import type { CallOptions } from "./call.js";
import type { Notice } from "./errors.js";
import type { PurgeRequest, PurgeResult, ResendRequest, VerifyRequest, VerifyResult } from "./life.js";
import type { EnrolOptions } from "./options.js";
import type { PublicSettings } from "./public-settings.js";
import type { ConfirmRequest, DispatchRequest, GetRequest, SignupRequest, ValidateRequest } from "./requests.js";
import type { ConfirmResult, DispatchResult, GetResult, SignupResult, ValidateResult } from "./responses.js";
import type { Result } from "./result.js";
import type { UpkeepOptions, UpkeepReport } from "./upkeep.js";

/**
 * Makes an engine over a store and prepares the store. Rejects with a ConfigError if the
 * configuration is invalid, with a SignupError if the store is unusable, and with a TypeError if an
 * option is invalid.
 *
 * On edge workers, where a loading script may neither wait nor draw random bytes, it only checks
 * the options: you can call it at module scope. The first operation, or {@link Enrol.ready}, does
 * the rest and rejects in its place.
 */
export type CreateEnrol = (options: EnrolOptions) => Promise<Enrol>;

/**
 * A sign-up engine. Up to 1,024 operations may run at the same time.
 *
 * Each resolves to an answer whose member `ok` reports whether it succeeded; a refusal has the
 * status codes in `subStatus`. It rejects with a SignupError if there was no decision, with a
 * TypeError if the call is invalid, and with the reason of its signal if that aborts.
 */
export interface Enrol extends AsyncDisposable {
  /** Warnings about the configuration; none before the engine is ready. */
  readonly notices: readonly Notice[];
  /** What the configuration says to public front ends; undefined before the engine is ready. */
  readonly publicSettings: PublicSettings | undefined;
  /** Waits until the engine is prepared; at once if createEnrol prepared it. */
  ready(): Promise<void>;
  /** Creates an account that waits for its token. */
  signup(request: SignupRequest, options?: CallOptions): Promise<SignupResult>;
  /** Reports whether fields pass the local rules of signup. Neither reads nor writes the store. */
  validate(request: ValidateRequest, options?: CallOptions): Promise<ValidateResult>;
  /** Activates the account of a token. */
  confirm(request: ConfirmRequest, options?: CallOptions): Promise<ConfirmResult>;
  /** Returns an account, to callers that may see it. */
  get(request: GetRequest, options?: CallOptions): Promise<GetResult>;
  /**
   * Sends another token to the address of an unconfirmed account. The answer does not reveal
   * whether there is one.
   */
  resend(request: ResendRequest, options?: CallOptions): Promise<Result>;
  /**
   * Returns the account if the password is right and the user may log in. It starts no session: the
   * application does.
   */
  verify(request: VerifyRequest, options?: CallOptions): Promise<VerifyResult>;
  /**
   * Returns the operations of a super-user. The engine has no roles: call this only for users that
   * your program knows to be super-users, never because of a request. `currentUser` names the user
   * in the audit trail, as in {@link Caller}.
   */
  admin(currentUser?: string): Admin;
  /** Removes expired records. With timers, this also runs in the background. */
  purge(request?: PurgeRequest, options?: CallOptions): Promise<PurgeResult>;
  /**
   * Delivers due events, of all destinations in turn or of one. This also runs in the background,
   * where no destination waits for another.
   */
  dispatch(request?: DispatchRequest, options?: CallOptions): Promise<DispatchResult>;
  /**
   * Does the work of timers, for cron jobs on edge workers: it delivers due events, removes expired
   * records and, with two secret keys, moves the store to the newer one, side by side, until all is
   * done or `withinMs` is over. The next upkeep does the rest. If one of the three fails, it does
   * the others and rejects at the end; `onFault` receives further errors.
   */
  upkeep(options?: UpkeepOptions): Promise<UpkeepReport>;
  /**
   * Waits for running operations and accepts no new ones. Deliveries continue for half a second; then running calls of
   * services are cancelled, and repeated after the next start. The store stays open, unless you ask to close it. `await
   * using` closes the engine, and not the store, at the end of a scope.
   */
  close(options?: { store?: boolean }): Promise<void>;
}
