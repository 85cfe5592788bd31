// The engine: operations with types, the dispatch that follows them and the
// upkeep beside them.

import type { Effect } from "./abi.js";
import { type CallOptions, checkCall } from "./call.js";
import { Dispatcher } from "./dispatcher.js";
import { CALL_TIMEOUT } from "./effects/callback.js";
import type { Enrol } from "./enrol.js";
import type { Notice } from "./errors.js";
import { checkUpkeep, Keeper } from "./keeper.js";
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
import type { Opening } from "./opening.js";
import type {
  ConfirmRequest,
  DispatchRequest,
  GetRequest,
  Requested,
  SignupRequest,
  ValidateRequest,
} from "./requests.js";
import type { ConfirmResult, DispatchResult, GetResult, SignupResult } from "./responses.js";
import type { Result } from "./result.js";
import type { Manner, Runner } from "./runner.js";
import type { Settings } from "./settings.js";
import type {
  DeadRequest,
  DeadResult,
  RekeyRequest,
  RekeyResult,
  RetryRequest,
  UpkeepOptions,
  UpkeepReport,
} from "./upkeep.js";

/** Effects that may leave events to be delivered. */
const COMMIT: Effect = "kv_commit";

/** Made by createEnrol. */
export class Engine implements Enrol {
  declare readonly [Symbol.asyncDispose]: () => Promise<void>;
  readonly #runner: Runner;
  readonly #opening: Opening;
  readonly #settings: Settings;
  readonly #dispatcher: Dispatcher;
  readonly #keeper: Keeper;
  readonly #active = new Set<Promise<unknown>>();
  #closing: Promise<void> | undefined;

  static {
    // Where there is no such symbol, "await using" cannot look for it either.
    if (Symbol.asyncDispose) {
      Object.defineProperty(Engine.prototype, Symbol.asyncDispose, { value: Engine.prototype.close });
    }
  }

  constructor(runner: Runner, opening: Opening, settings: Settings) {
    this.#runner = runner;
    this.#opening = opening;
    this.#settings = settings;
    this.#dispatcher = new Dispatcher(() => this.#deliver({}), settings);
    this.#keeper = new Keeper(
      {
        dispatch: (signal) => this.#deliver({}, { signal }),
        purge: (request, signal) => this.#run("purge", request, { signal }),
        rekey: (request, signal) => this.#run("rekey", request, { signal }),
      },
      settings,
    );
    opening.onDone(() => this.#begin());
  }

  get notices(): readonly Notice[] {
    return this.#opening.notices;
  }

  ready(): Promise<void> {
    return this.#opening.finish();
  }

  signup(request: SignupRequest, options?: CallOptions): Promise<SignupResult> {
    return this.#operate("signup", request, options);
  }

  validate(request: ValidateRequest, options?: CallOptions): Promise<Result> {
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

  approve(request: ApproveRequest, options?: CallOptions): Promise<Result> {
    return this.#operate("approve", request, options);
  }

  reject(request: RejectRequest, options?: CallOptions): Promise<Result> {
    return this.#operate("reject", request, options);
  }

  lock(request: LockRequest, options?: CallOptions): Promise<Result> {
    return this.#operate("lock", request, options);
  }

  unlock(request: UnlockRequest, options?: CallOptions): Promise<Result> {
    return this.#operate("unlock", request, options);
  }

  pending(request: PendingRequest, options?: CallOptions): Promise<PendingResult> {
    return this.#operate("pending", request, options);
  }

  dead(request: DeadRequest, options?: CallOptions): Promise<DeadResult> {
    return this.#operate("dead", request, options);
  }

  retry(request: RetryRequest, options?: CallOptions): Promise<Result> {
    return this.#operate("retry", request, options);
  }

  async purge(request: PurgeRequest = {}, options: CallOptions = {}): Promise<PurgeResult> {
    checkCall(options);
    return this.#track(() => this.#run("purge", request, options));
  }

  async rekey(request: RekeyRequest, options: CallOptions = {}): Promise<RekeyResult> {
    checkCall(options);
    return this.#track(() => this.#run("rekey", request, options));
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

  /** Begins to deliver and to keep the store in order. */
  #begin(): void {
    if (this.#closing) {
      return;
    }
    this.#dispatcher.kick();
    this.#keeper.start();
  }

  async #close(): Promise<void> {
    const kept = this.#keeper.stop();
    await Promise.allSettled(this.#active);
    await this.#dispatcher.stop();
    await kept;
  }

  /** Runs an operation of a caller, and has delivered what it committed. */
  async #operate<Answer extends Result>(
    operation: Requested,
    request: object,
    options: CallOptions = {},
  ): Promise<Answer> {
    checkCall(options);
    let committed = false;
    const seen = (effect: Effect) => {
      committed ||= effect === COMMIT;
    };
    try {
      return await this.#track(() => this.#run<Answer>(operation, request, { ...options, seen }));
    } finally {
      if (committed) {
        this.#dispatcher.kick(options.waitUntil);
      }
    }
  }

  /** Runs dispatch, in which each step has its own time: it may have many calls to make. */
  #deliver(request: DispatchRequest, options: CallOptions = {}): Promise<DispatchResult> {
    const ms = Math.max(this.#settings.timeoutMs, CALL_TIMEOUT + 5_000);
    return this.#run("dispatch", request, { ...options, ms, perStep: true });
  }

  async #run<Answer extends Result>(
    operation: Requested,
    request: object,
    { ms = this.#settings.timeoutMs, perStep = false, signal, seen = () => {} }: Partial<Manner> = {},
  ): Promise<Answer> {
    await this.#opening.finish(signal);
    return this.#runner.run(operation, request, { ms, perStep, signal, seen });
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
