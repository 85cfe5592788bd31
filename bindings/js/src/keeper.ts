// Sweeps a store: removes expired records and moves it to a new secret key, on timers, or together
// with deliveries on request.

import type { RekeyRequest, RekeyResult } from "./admin.js";
import { insist, tell } from "./background.js";
import { checkSignal } from "./call.js";
import { type CourierBounds, Couriers, type Left } from "./couriers.js";
import type { PurgeRequest, PurgeResult } from "./life.js";
import { isObject, MAX_DELAY, need, needKnown, wholeNumber } from "./misuse.js";
import type { DispatchRequest } from "./requests.js";
import type { DispatchResult } from "./responses.js";
import type { Settings } from "./settings.js";
import { Sweeper, type Swept } from "./sweeper.js";
import { takeTurns } from "./turns.js";
import type { UpkeepOptions, UpkeepReport } from "./upkeep.js";

/** The operations that a keeper needs. */
export interface Operations {
  /** Only the first call of a service may start after `end`. */
  dispatch(request: DispatchRequest, end: number, signal: AbortSignal | undefined): Promise<DispatchResult>;
  purge(request: PurgeRequest, signal: AbortSignal | undefined): Promise<PurgeResult>;
  rekey(request: RekeyRequest, signal: AbortSignal | undefined): Promise<RekeyResult>;
}

/** One courier for each destination, one turn each. */
const BOUNDS: CourierBounds = { perDestination: 4, atOnce: 6, stuckPerDestination: 0, stuckAtOnce: 0, rounds: 1 };

const NOTHING: UpkeepReport = {
  delivered: 0,
  failed: 0,
  dead: 0,
  expired: 0,
  dropped: 0,
  removed: 0,
  moved: 0,
  more: false,
  nextDue: 0,
};

const NAMES: Record<keyof UpkeepOptions, true> = { signal: true, withinMs: true };

/** Sweeps a store until it is stopped. */
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
        async (cursor, signal) => insist("rekey", await operations.rekey({ cursor }, signal)),
        purgeIntervalMs,
        onFault,
      );
    }
  }

  /** Starts to sweep on timers, if there are any. */
  start(): void {
    this.#purger.start();
    this.#rekeyer?.start();
  }

  /** Waits for the steps that timers started, and starts no other. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all([this.#purger.stop(), this.#rekeyer?.stop()]);
  }

  /** Does all work in turns, until it is done or time is up. */
  async upkeep({ signal, withinMs }: UpkeepOptions): Promise<UpkeepReport> {
    const end = Date.now() + (withinMs ?? 20_000);
    const report = { ...NOTHING };
    const dispatch = () => this.#deliver(report, end, signal);
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

  /** Delivers some events at each destination; returns whether there are more. */
  async #deliver(report: UpkeepReport, end: number, signal: AbortSignal | undefined): Promise<boolean> {
    const left = new Map<string, Left>();
    const failures: unknown[] = [];
    const couriers = new Couriers(
      async (request) => {
        const result = insist("dispatch", await this.#operations.dispatch(request, end, signal));
        for (const count of ["delivered", "failed", "dead", "expired", "dropped"] as const) {
          report[count] += result[count];
        }
        return result;
      },
      BOUNDS,
      {
        ended: (id, { more, nextDue }) => left.set(id, { more: more || (left.get(id)?.more ?? false), nextDue }),
        failed: (error) => failures.push(error),
      },
    );
    const before = await couriers.send();
    await couriers.settled();
    const [first, ...others] = failures;
    for (const error of others) {
      tell(this.#onFault, error, "upkeep failed");
    }
    if (first !== undefined) {
      throw first;
    }
    const now = [...new Map([...before, ...left]).values()];
    report.nextDue = Math.min(...now.map(({ nextDue }) => nextDue || Number.POSITIVE_INFINITY));
    report.nextDue = Number.isFinite(report.nextDue) ? report.nextDue : 0;
    return now.some(({ more }) => more);
  }
}

/** Checks the options of an upkeep. */
export function checkUpkeep(options: UpkeepOptions): void {
  need(isObject(options), "the options of upkeep must be an object");
  needKnown(options, NAMES);
  checkSignal(options.signal);
  wholeNumber("withinMs", options.withinMs ?? 0, 0, MAX_DELAY);
}
