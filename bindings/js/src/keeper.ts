// Sweeps a store: removes expired records and moves it to a new secret key, on timers, or together
// with deliveries on request.

import type { RekeyRequest, RekeyResult } from "./admin.js";
import { ANNOUNCE_EVERY } from "./announcer.js";
import { insist, tell } from "./background.js";
import { checkSignal } from "./call.js";
import { type CourierBounds, IN_BACKGROUND, IN_REQUEST, type Left } from "./couriers.js";
import type { PurgeRequest, PurgeResult } from "./life.js";
import { isObject, MAX_DELAY, need, needKnown, wholeNumber } from "./misuse.js";
import type { DispatchRequest } from "./requests.js";
import type { DispatchResult } from "./responses.js";
import type { Settings } from "./settings.js";
import { type Hours, Shift } from "./shift.js";
import { Sweeper, type Swept } from "./sweeper.js";
import { takeTurns } from "./turns.js";
import type { UpkeepOptions, UpkeepReport } from "./upkeep.js";

/** The operations that a keeper needs. */
export interface Operations {
  dispatch(request: DispatchRequest, hours: Hours, signal: AbortSignal | undefined): Promise<DispatchResult>;
  purge(request: PurgeRequest, signal: AbortSignal | undefined): Promise<PurgeResult>;
  rekey(request: RekeyRequest, signal: AbortSignal | undefined): Promise<RekeyResult>;
}

const WAITING =
  "the store does not move to the newer secret key yet, since other engines and processes that share it lack that key: " +
  "pass it to them, behind the old one, and restart them; there are this many";

const NOTHING: UpkeepReport = {
  delivered: 0,
  failed: 0,
  dead: 0,
  expired: 0,
  dropped: 0,
  removed: 0,
  moved: 0,
  more: false,
  nextDue: null,
};

const NAMES: Record<keyof UpkeepOptions, true> = { signal: true, withinMs: true };

/** Sweeps a store until it is stopped. */
export class Keeper {
  readonly #operations: Operations;
  readonly #onFault: (error: Error) => void;
  readonly #bounds: CourierBounds;
  readonly #shifts = new Set<Shift>(); // of running upkeeps
  readonly #purger: Sweeper<Swept & { readonly removed: number }>;
  readonly #rekeyer: Sweeper<Swept & { readonly moved: number }> | undefined;
  #waitsFor = 0; // hosts that lack the newer key
  #stopped = false;

  constructor(operations: Operations, { purgeIntervalMs, onFault, rotating, platform }: Settings) {
    this.#operations = operations;
    this.#bounds = platform.requestBound ? IN_REQUEST : IN_BACKGROUND;
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
        async (cursor, signal) => this.#rekey(cursor, signal),
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
    for (const shift of this.#shifts) {
      shift.stop();
    }
    await Promise.all([this.#purger.stop(), this.#rekeyer?.stop()]);
  }

  /** Delivers, and meanwhile sweeps in turns, until all is done or time is up. */
  async upkeep({ signal, withinMs }: UpkeepOptions): Promise<UpkeepReport> {
    const end = Date.now() + (withinMs ?? 20_000);
    const report = { ...NOTHING };
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
    const failed = (error: unknown) => void failures.push(error);
    const goOn = () => Date.now() < end && !this.#stopped;
    const [left, more] = await Promise.all([
      this.#deliver(report, { end }, signal, failed),
      takeTurns([purge, rekey], goOn, failed),
    ]);
    signal?.throwIfAborted();
    if (failures.length > 0) {
      const [first, ...others] = failures;
      for (const error of others) {
        tell(this.#onFault, error, "upkeep failed");
      }
      throw first;
    }
    return { ...report, more: left.more || more, nextDue: left.nextDue ? new Date(left.nextDue).toISOString() : null };
  }

  /** Takes a step of the move to the newer key; reports that it does not begin, whenever their number changes. */
  async #rekey(cursor: string, signal: AbortSignal | undefined): Promise<Swept & { readonly moved: number }> {
    const step = insist("rekey", await this.#operations.rekey({ cursor }, signal));
    const { waitsFor = 0 } = step;
    if (waitsFor > 0 && waitsFor !== this.#waitsFor) {
      tell(this.#onFault, new Error(`${WAITING}: ${waitsFor}`), WAITING);
    }
    this.#waitsFor = waitsFor;
    return waitsFor > 0 ? { ...step, again: ANNOUNCE_EVERY } : step;
  }

  /** Delivers at all destinations; returns what is left. */
  async #deliver(
    report: UpkeepReport,
    hours: Hours,
    signal: AbortSignal | undefined,
    failed: (error: unknown) => void,
  ): Promise<Left> {
    const dispatch = async (request: DispatchRequest) => {
      const result = insist("dispatch", await this.#operations.dispatch(request, hours, signal));
      for (const count of ["delivered", "failed", "dead", "expired", "dropped"] as const) {
        report[count] += result[count];
      }
      return result;
    };
    const shift = new Shift(dispatch, this.#bounds, hours.end, failed);
    const stop = () => shift.stop();
    signal?.addEventListener("abort", stop, { once: true });
    this.#shifts.add(shift);
    try {
      return await shift.work();
    } catch (error) {
      failed(error);
      return { more: true, nextDue: 0 };
    } finally {
      this.#shifts.delete(shift);
      signal?.removeEventListener("abort", stop);
    }
  }
}

/** Checks the options of an upkeep. */
export function checkUpkeep(options: UpkeepOptions): void {
  need(isObject(options), "the options of upkeep must be an object");
  needKnown(options, NAMES);
  checkSignal(options.signal);
  wholeNumber("withinMs", options.withinMs ?? 0, 0, MAX_DELAY);
}
