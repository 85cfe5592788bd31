// The engine: typed operations, dispatch after them, and upkeep.

import type { Effect } from "./abi.js";
import type { Admin } from "./admin.js";
import type { Announcer } from "./announcer.js";
import { tell } from "./background.js";
import { Brake } from "./brake.js";
import { type CallOptions, checkCall } from "./call.js";
import { Damages } from "./damages.js";
import { DeliveryError } from "./delivery-error.js";
import { Dispatcher } from "./dispatcher.js";
import { CALL_TIMEOUT } from "./effects/callback.js";
import type { Enrol } from "./enrol.js";
import type { Notice } from "./errors.js";
import { checkUpkeep, Keeper } from "./keeper.js";
import type { PurgeRequest, PurgeResult, ResendRequest, VerifyRequest, VerifyResult } from "./life.js";
import { isObject } from "./misuse.js";
import type { Opening } from "./opening.js";
import { enter } from "./presence.js";
import type { PublicSettings } from "./public-settings.js";
import type {
  ConfirmRequest,
  DispatchRequest,
  GetRequest,
  Requested,
  SignupRequest,
  SuperUser,
  ValidateRequest,
} from "./requests.js";
import type { ConfirmResult, DispatchResult, GetResult, SignupResult, ValidateResult } from "./responses.js";
import type { Result } from "./result.js";
import type { Manner, Runner } from "./runner.js";
import type { Settings } from "./settings.js";
import type { Hours } from "./shift.js";
import type { UpkeepOptions, UpkeepReport } from "./upkeep.js";

/** Effects that may create events. */
const COMMIT: Effect = "kv_commit";

/** Calls of services. */
const CALL: Effect = "callback";

/** What an engine is made of. */
export interface EngineParts {
  readonly runner: Runner;
  readonly opening: Opening;
  readonly announcer: Announcer;
  readonly settings: Settings;
}

/** Made by createEnrol. */
export class Engine implements Enrol {
  declare readonly [Symbol.asyncDispose]: () => Promise<void>;
  readonly #runner: Runner;
  readonly #opening: Opening;
  readonly #announcer: Announcer;
  readonly #settings: Settings;
  readonly #dispatcher: Dispatcher;
  readonly #keeper: Keeper;
  readonly #brake = new Brake();
  readonly #damages: Damages;
  readonly #active = new Set<Promise<unknown>>();
  readonly #leave: () => void;
  #closing: Promise<void> | undefined;

  static {
    // Where there is no such symbol, "await using" cannot look for it either.
    if (Symbol.asyncDispose) {
      Object.defineProperty(Engine.prototype, Symbol.asyncDispose, { value: Engine.prototype.close });
    }
  }

  constructor({ runner, opening, announcer, settings }: EngineParts) {
    this.#runner = runner;
    this.#opening = opening;
    this.#announcer = announcer;
    this.#settings = settings;
    this.#damages = new Damages(settings.onFault);
    this.#dispatcher = new Dispatcher((request, hours) => this.#deliver(request, { hours }), settings);
    this.#keeper = new Keeper(
      {
        dispatch: (request, hours, signal) => this.#deliver(request, { hours, signal }),
        purge: (request, signal) => this.#purge(request, { signal }),
        rekey: (request, signal) => this.#run("rekey", request, { signal, superUser: {} }),
      },
      settings,
    );
    opening.onDone(() => this.#begin());
    this.#leave = enter(this, settings.environment.store, settings.holdThreads());
  }

  get notices(): readonly Notice[] {
    return this.#opening.notices;
  }

  get publicSettings(): PublicSettings | undefined {
    return this.#opening.publicSettings;
  }

  ready(): Promise<void> {
    return this.#opening.finish();
  }

  signup(request: SignupRequest, options?: CallOptions): Promise<SignupResult> {
    const { app } = this.#settings.written;
    const incomplete = isObject(request) && !Array.isArray(request) && request.appList === undefined;
    return this.#operate("signup", incomplete && app !== undefined ? { ...request, appList: [app] } : request, options);
  }

  validate(request: ValidateRequest, options?: CallOptions): Promise<ValidateResult> {
    return this.#operate("validate", request, options);
  }

  confirm(request: ConfirmRequest, options?: CallOptions): Promise<ConfirmResult> {
    return this.#operate("confirm", request, options);
  }

  get(request: GetRequest, options?: CallOptions): Promise<GetResult> {
    return this.#operate("get", request, options);
  }

  resend(request: ResendRequest, options?: CallOptions): Promise<Result> {
    return this.#operate("resend", request, options);
  }

  verify(request: VerifyRequest, options?: CallOptions): Promise<VerifyResult> {
    return this.#operate("verify", request, options);
  }

  admin(currentUser?: string): Admin {
    const superUser: SuperUser = { currentUser };
    const operate =
      <Request extends object, Answer extends Result>(operation: Requested) =>
      (request: Request, options?: CallOptions): Promise<Answer> =>
        this.#operate(operation, request, options, superUser);
    return {
      approve: operate("approve"),
      reject: operate("reject"),
      lock: operate("lock"),
      unlock: operate("unlock"),
      pending: operate("pending"),
      rekey: async (request = {}, options = {}) => {
        checkCall(options);
        return this.#track(() => this.#run("rekey", request, { ...options, superUser }));
      },
      dead: (request = {}, options) => this.#operate("dead", request, options, superUser),
      retry: operate("retry"),
    };
  }

  async purge(request: PurgeRequest = {}, options: CallOptions = {}): Promise<PurgeResult> {
    checkCall(options);
    return this.#track(() => this.#purge(request, options));
  }

  async dispatch(request: DispatchRequest = {}, options: CallOptions = {}): Promise<DispatchResult> {
    checkCall(options);
    return this.#track(() => this.#deliver(request, options));
  }

  async upkeep(options: UpkeepOptions = {}): Promise<UpkeepReport> {
    checkUpkeep(options);
    return this.#track(async () => {
      await this.#opening.finish(options.signal);
      return this.#keeper.upkeep(options);
    });
  }

  close(options: { store?: boolean } = {}): Promise<void> {
    this.#closing ??= this.#close();
    return options.store ? this.#closing.then(() => this.#settings.environment.store.close?.()) : this.#closing;
  }

  /** Starts to deliver and to sweep the store. */
  #begin(): void {
    if (this.#closing) {
      return;
    }
    this.#dispatcher.kick();
    this.#keeper.start();
  }

  async #close(): Promise<void> {
    this.#brake.pull();
    const kept = this.#keeper.stop();
    await Promise.allSettled(this.#active);
    await this.#dispatcher.stop();
    await kept;
    await this.#announcer.leave();
    this.#runner.close();
    this.#brake.release();
    this.#leave();
  }

  /** Runs an operation of a caller, and starts the delivery of its events. */
  async #operate<Answer extends Result>(
    operation: Requested,
    request: object,
    options: CallOptions = {},
    superUser?: SuperUser,
  ): Promise<Answer> {
    checkCall(options);
    let committed = false;
    const seen = (effect: Effect) => {
      committed ||= effect === COMMIT;
    };
    try {
      return await this.#track(() => this.#run<Answer>(operation, request, { ...options, seen, superUser }));
    } finally {
      if (committed) {
        this.#dispatcher.kick(options.waitUntil);
      }
    }
  }

  /**
   * Runs dispatch, in which each step has its own time limit, since it may make many calls. Only
   * the first call may start after the end of the hours. Reports failed deliveries.
   */
  async #deliver(
    request: DispatchRequest,
    { hours, signal }: { hours?: Hours | undefined; signal?: AbortSignal | undefined },
  ): Promise<DispatchResult> {
    const ms = Math.max(this.#settings.timeoutMs, CALL_TIMEOUT + 5_000);
    let begun = 0; // calls, with the one that asks
    const mayBegin = () => begun <= 1 || !hours || Date.now() < hours.end;
    const seen = (effect: Effect) => {
      begun += effect === CALL ? 1 : 0;
    };
    const calls = { mayBegin, cut: hours?.cut, brake: this.#brake };
    const result = await this.#run<DispatchResult>("dispatch", request, { ms, perStep: true, signal, calls, seen });
    for (const failure of result.ok ? result.failures : []) {
      tell(this.#settings.onFault, new DeliveryError(failure), "a delivery failed");
    }
    this.#damages.tell(result.ok ? result.damage : undefined);
    return result;
  }

  /** Runs purge, and reports unreadable records. */
  async #purge(request: PurgeRequest, options: CallOptions): Promise<PurgeResult> {
    const result = await this.#run<PurgeResult>("purge", request, options);
    this.#damages.tell(result.ok ? result.damage : undefined);
    return result;
  }

  async #run<Answer extends Result>(
    operation: Requested,
    request: object,
    { ms = this.#settings.timeoutMs, ...manner }: Partial<Manner> = {},
  ): Promise<Answer> {
    await this.#opening.finish(manner.signal);
    return this.#runner.run(operation, request, { ms, ...manner });
  }

  async #track<T>(begin: () => Promise<T>): Promise<T> {
    if (this.#closing) {
      throw new TypeError("enrol: the engine is closed");
    }
    const operation = begin();
    const settled: Promise<unknown> = operation.catch(() => {}).finally(() => this.#active.delete(settled));
    this.#active.add(settled);
    return operation;
  }
}
