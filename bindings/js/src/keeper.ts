// Keeps a store in order: removes what has expired and moves it to a new secret
// key, on timers, or along with what is to be delivered when it is asked to.

import { insist, tell } from "./background.js";
import { checkSignal } from "./call.js";
import type { PurgeRequest, PurgeResult } from "./life.js";
import { isObject, MAX_DELAY, need, needKnown, wholeNumber } from "./misuse.js";
import type { DispatchResult } from "./responses.js";
import type { Settings } from "./settings.js";
import { Sweeper, type Swept } from "./sweeper.js";
import { takeTurns } from "./turns.js";
import type { RekeyRequest, RekeyResult, UpkeepOptions, UpkeepReport } from "./upkeep.js";

/** The operations that a keeper needs. */
export interface Operations {
  dispatch(signal: AbortSignal | undefined): Promise<DispatchResult>;
  purge(request: PurgeRequest, signal: AbortSignal | undefined): Promise<PurgeResult>;
  rekey(request: RekeyRequest, signal: AbortSignal | undefined): Promise<RekeyResult>;
}

const NAMES: Record<keyof UpkeepOptions, true> = { signal: true, withinMs: true };

/** Keeps a store in order until it is stopped. */
export class Keeper {
  readonly #operations: Operations;
  readonly #onFault: (error: Error) => void;
  readonly #purger: Sweeper<Swept & { readonly removed: number }>;
  readonly #rekeyer: Sweeper<Swept & { readonly moved: number }> | undefined;
  #stopped = false;

  constructor(operations: Operations, { purgeIntervalMs, onFault, rotating }: Settings) {
    this.#operations = operations;
    this.#onFault = onFault;
    this.#purger = new Sweeper(
      "purge",
      async (cursor, signal) => insist("purge", await operations.purge({ cursor }, signal)),
      purgeIntervalMs,
      onFault,
    );
    if (rotating) {
      this.#rekeyer = new Sweeper(
        "rekey",
        async (cursor, signal) => insist("rekey", await operations.rekey({ cursor, superUser: true }, signal)),
        purgeIntervalMs,
        onFault,
      );
    }
  }

  /** Begins to sweep on timers, where there are some. */
  start(): void {
    this.#purger.start();
    this.#rekeyer?.start();
  }

  /** Waits for the steps that timers began, and begins no other. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all([this.#purger.stop(), this.#rekeyer?.stop()]);
  }

  /** Takes turns at all there is to do, until it is done or time is up. */
  async upkeep({ signal, withinMs }: UpkeepOptions): Promise<UpkeepReport> {
    const end = Date.now() + (withinMs ?? 20_000);
    const report: UpkeepReport = { delivered: 0, failed: 0, dead: 0, removed: 0, moved: 0, more: false, nextDue: 0 };
    const dispatch = async () => {
      const { delivered, failed, dead, more, nextDue } = insist("dispatch", await this.#operations.dispatch(signal));
      report.delivered += delivered;
      report.failed += failed;
      report.dead += dead;
      report.nextDue = nextDue;
      return more;
    };
    const purge = async () => {
      const { removed, more } = await this.#purger.step(signal);
      report.removed += removed;
      return more;
    };
    const rekey = async () => {
      const step = await this.#rekeyer?.step(signal);
      report.moved += step?.moved ?? 0;
      return step?.more ?? false;
    };
    const failures: unknown[] = [];
    const goOn = () => Date.now() < end && !this.#stopped;
    report.more = await takeTurns([dispatch, purge, rekey], goOn, (error) => failures.push(error));
    signal?.throwIfAborted();
    if (failures.length > 0) {
      const [first, ...others] = failures;
      for (const error of others) {
        tell(this.#onFault, error, "upkeep failed");
      }
      throw first;
    }
    return report;
  }
}

/** Checks what a caller said of an upkeep. */
export function checkUpkeep(options: UpkeepOptions): void {
  need(isObject(options), "the options of upkeep have to be an object");
  needKnown(options, NAMES);
  checkSignal(options.signal);
  wholeNumber("withinMs", options.withinMs ?? 0, 0, MAX_DELAY);
}
