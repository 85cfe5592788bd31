// The engine: operations with types, time limits, the dispatch that follows them
// and the sweeping beside them.

import type { Effect, Operation } from "./abi.js";
import { Deadline } from "./deadline.js";
import { Dispatcher } from "./dispatcher.js";
import { CALL_TIMEOUT } from "./effects/callback.js";
import { type Environment, hostOf } from "./effects/host.js";
import type { Enrol } from "./enrol.js";
import { BUSY, INTERNAL_ERROR, INVALID_INPUT, type Notice, SignupError } from "./errors.js";
import { TooLong } from "./instance.js";
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
import type { Pool } from "./pool.js";
import {
  type ConfirmRequest,
  type DispatchRequest,
  type GetRequest,
  type Requested,
  type SignupRequest,
  type ValidateRequest,
  type Written,
  write,
} from "./requests.js";
import {
  type Answered,
  type ConfirmResult,
  type DispatchResult,
  type GetResult,
  read,
  readVerdict,
  readVerified,
  type SignupResult,
  type ValidateResult,
} from "./responses.js";
import type { Settings } from "./settings.js";
import { Sweeper } from "./sweeper.js";
import type { DeadRequest, DeadResult, RekeyRequest, RekeyResult, RetryRequest } from "./upkeep.js";

/** Effects that may leave events to be delivered. */
const COMMIT: Effect = "kv_commit";

/** Made by createEnrol. */
export class Engine implements Enrol {
  readonly notices: readonly Notice[];
  readonly #pool: Pool;
  readonly #environment: Environment;
  readonly #timeoutMs: number;
  readonly #dispatcher: Dispatcher;
  readonly #sweepers: Sweeper[];
  readonly #active = new Set<Promise<unknown>>();
  #closing: Promise<void> | undefined;

  constructor(pool: Pool, settings: Settings, notices: readonly Notice[]) {
    this.notices = notices;
    this.#pool = pool;
    this.#environment = settings.environment;
    this.#timeoutMs = settings.timeoutMs;
    this.#dispatcher = new Dispatcher(() => this.#deliver({}), settings.dispatchIntervalMs, settings.onFault);
    const sweeper = (name: string, step: ConstructorParameters<typeof Sweeper>[1]) =>
      new Sweeper(name, step, settings.purgeIntervalMs, settings.onFault);
    this.#sweepers = [sweeper("purge", (cursor) => this.#remove({ cursor }))];
    if (settings.rotating) {
      this.#sweepers.push(sweeper("rekey", (cursor) => this.#move({ cursor, superUser: true })));
    }
  }

  /** Prepares the store, and begins to deliver and to sweep. */
  async open(): Promise<void> {
    const written = write("open", {});
    read("open", await this.#limited("open", written));
    this.#dispatcher.kick();
    for (const sweeper of this.#sweepers) {
      sweeper.start();
    }
  }

  async signup(request: SignupRequest): Promise<SignupResult> {
    return read<SignupResult>("signup", await this.#operate("signup", request));
  }

  async validate(request: ValidateRequest): Promise<ValidateResult> {
    return readVerdict(await this.#operate("validate", request));
  }

  async confirm(request: ConfirmRequest): Promise<ConfirmResult> {
    return read<ConfirmResult>("confirm", await this.#operate("confirm", request));
  }

  async get(request: GetRequest): Promise<GetResult> {
    return read<GetResult>("get", await this.#operate("get", request));
  }

  async resend(request: ResendRequest): Promise<Answered> {
    return read("resend", await this.#operate("resend", request));
  }

  async verify(request: VerifyRequest): Promise<VerifyResult> {
    return readVerified(await this.#operate("verify", request));
  }

  async approve(request: ApproveRequest): Promise<Answered> {
    return read("approve", await this.#operate("approve", request));
  }

  async reject(request: RejectRequest): Promise<Answered> {
    return read("reject", await this.#operate("reject", request));
  }

  async pending(request: PendingRequest): Promise<PendingResult> {
    return read<PendingResult>("pending", await this.#operate("pending", request));
  }

  async purge(request: PurgeRequest = {}): Promise<PurgeResult> {
    this.#needOpen();
    return this.#track(this.#remove(request));
  }

  async rekey(request: RekeyRequest): Promise<RekeyResult> {
    this.#needOpen();
    return this.#track(this.#move(request));
  }

  async dead(request: DeadRequest): Promise<DeadResult> {
    return read<DeadResult>("dead", await this.#operate("dead", request));
  }

  async retry(request: RetryRequest): Promise<Answered> {
    return read("retry", await this.#operate("retry", request));
  }

  async dispatch(request: DispatchRequest = {}): Promise<DispatchResult> {
    this.#needOpen();
    return this.#track(this.#deliver(request));
  }

  close(options: { store?: boolean } = {}): Promise<void> {
    this.#closing ??= this.#close();
    return options.store ? this.#closing.then(() => this.#environment.store.close?.()) : this.#closing;
  }

  async #close(): Promise<void> {
    const swept = this.#sweepers.map((sweeper) => sweeper.stop());
    await Promise.allSettled(this.#active);
    await this.#dispatcher.stop();
    await Promise.all(swept);
  }

  /** Runs an operation of a caller, and has delivered what it committed. */
  async #operate(operation: Requested, request: object): Promise<string> {
    this.#needOpen();
    const written = write(operation, request);
    let committed = false;
    const seen = (effect: Effect) => {
      committed ||= effect === COMMIT;
    };
    try {
      return await this.#track(this.#limited(operation, written, this.#timeoutMs, seen));
    } finally {
      if (committed) {
        this.#dispatcher.kick();
      }
    }
  }

  /** Runs dispatch, in which each step has its own time: it may have many calls to make. */
  async #deliver(request: DispatchRequest): Promise<DispatchResult> {
    const written = write("dispatch", request);
    const stepMs = Math.max(this.#timeoutMs, CALL_TIMEOUT + 5_000);
    return read<DispatchResult>("dispatch", await this.#limited("dispatch", written, stepMs, undefined, true));
  }

  /** Runs purge, which leaves nothing to be delivered. */
  async #remove(request: PurgeRequest): Promise<PurgeResult> {
    return read<PurgeResult>("purge", await this.#limited("purge", write("purge", request)));
  }

  /** Runs rekey, which leaves nothing to be delivered either. */
  async #move(request: RekeyRequest): Promise<RekeyResult> {
    return read<RekeyResult>("rekey", await this.#limited("rekey", write("rekey", request)));
  }

  /** Runs an operation within its time. */
  async #limited(
    operation: Operation,
    { json, cid }: Written,
    ms = this.#timeoutMs,
    seen: (effect: Effect) => void = () => {},
    perStep = false,
  ): Promise<string> {
    const deadline = new Deadline(ms);
    const host = hostOf(this.#environment, deadline.signal, (effect) => {
      seen(effect);
      if (perStep) {
        deadline.restart();
      }
    });
    try {
      return await this.#pool.run(operation, json, host, deadline.signal);
    } catch (error) {
      throw lost(operation, cid, error, deadline.signal.aborted);
    } finally {
      deadline.clear();
    }
  }

  #needOpen(): void {
    if (this.#closing) {
      throw new TypeError("enrol: the engine is closed");
    }
  }

  #track<T>(operation: Promise<T>): Promise<T> {
    const settled: Promise<unknown> = operation.catch(() => {}).finally(() => this.#active.delete(settled));
    this.#active.add(settled);
    return operation;
  }
}

/** What becomes of an operation that the module did not answer. */
function lost(operation: Operation, cid: string, error: unknown, late: boolean): SignupError {
  const why = error instanceof Error ? error.message : "failed";
  if (error instanceof TooLong) {
    return new SignupError(`${operation}: ${why} (${INVALID_INPUT})`, { subStatus: [INVALID_INPUT], cid });
  }
  const code = late ? BUSY : INTERNAL_ERROR;
  return new SignupError(`${operation}: ${why} (${code})`, { subStatus: [code], cid, fault: why });
}
