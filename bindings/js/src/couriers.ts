// Couriers: each delivers the due events of one destination. Every destination has its own, so that
// a slow one delays no other.

import { insist } from "./background.js";
import type { DispatchRequest } from "./requests.js";
import type { DispatchResult } from "./responses.js";

/** How many events a courier delivers before it checks whether there are more. */
const EVENTS = 16;

/** Milliseconds after which another courier helps at the same destination. */
const SLOW = 100;

/** Milliseconds after which a courier is stuck: a service may hang for some events only. */
const PATIENCE = 2_000;

/** How many couriers there may be. */
export interface CourierBounds {
  /** Couriers per destination. At most half of this number also deliver events that failed before. */
  readonly perDestination: number;
  /** Couriers in total. Each destination that has events has one, even beyond this number. */
  readonly atOnce: number;
  /** Stuck couriers per destination, which the numbers above do not count. */
  readonly stuckPerDestination: number;
  /** Stuck couriers in total. */
  readonly stuckAtOnce: number;
  /** Couriers in total with the stuck ones, under the same exception. */
  readonly altogether: number;
  /** Runs of dispatch in total. Each destination that has events has one, even beyond this number. */
  readonly runs: number;
}

/** With timers: couriers work while there is something to deliver. */
export const IN_BACKGROUND: CourierBounds = {
  perDestination: 4,
  atOnce: 32,
  stuckPerDestination: 28,
  stuckAtOnce: 64,
  altogether: 96,
  runs: Number.POSITIVE_INFINITY,
};

/** Within a request. Workers make 6 calls at a time: a seventh waits for the end of another one. */
export const IN_REQUEST: CourierBounds = {
  perDestination: 4,
  atOnce: 6,
  stuckPerDestination: 4,
  stuckAtOnce: 4,
  altogether: 6,
  runs: 64,
};

/** Runs dispatch. */
export type Dispatch = (request: DispatchRequest) => Promise<DispatchResult>;

/** What is left at a destination. */
export interface Left {
  readonly more: boolean;
  /** Milliseconds since 1970, 0 for nothing. */
  readonly nextDue: number;
}

/** The listener of couriers. */
export interface Reports {
  /** A courier has ended. */
  ended(destination: string, left: Left): void;
  /** A run failed; its courier ends. */
  failed(error: unknown): void;
}

/** The numbers of couriers of a destination. */
interface Serving {
  readonly any: number;
  /** How many of them deliver only events that did not fail before. */
  readonly fresh: number;
  /** How many of them have a run that takes long. */
  readonly stuck: number;
}

const NONE: Serving = { any: 0, fresh: 0, stuck: 0 };

/** Finds the destinations that have events, and sends couriers. */
export class Couriers {
  readonly #dispatch: Dispatch;
  readonly #bounds: CourierBounds;
  readonly #reports: Reports;
  readonly #goOn: () => boolean;
  readonly #at = new Map<string, Serving>(); // by destination that had a courier
  readonly #working = new Set<Promise<void>>();
  #runs = 0;

  /** When `goOn` returns false, only destinations that had no courier get one, for one run. */
  constructor(dispatch: Dispatch, bounds: CourierBounds, reports: Reports, goOn: () => boolean = () => true) {
    this.#dispatch = dispatch;
    this.#bounds = bounds;
    this.#reports = reports;
    this.#goOn = goOn;
  }

  /** How many couriers there are. */
  get working(): number {
    return this.#working.size;
  }

  /**
   * Sends a courier to each destination with due events. Returns what is left at each destination;
   * throws if that cannot be determined.
   */
  async send(): Promise<ReadonlyMap<string, Left>> {
    const { destinations } = insist("dispatch", await this.#dispatch({ limit: 0 }));
    for (const { id, more } of destinations) {
      if (more) {
        this.#sendTo(id);
      }
    }
    return new Map(destinations.map(({ id, more, nextDue }) => [id, { more, nextDue: timeOf(nextDue) }]));
  }

  /** Waits until every courier has ended. */
  async settled(): Promise<void> {
    while (this.#working.size > 0) {
      await Promise.all(this.#working);
    }
  }

  /** Events that failed before may be those for which the service hangs: few couriers deliver them. */
  #sendTo(destination: string): void {
    const busy = this.#busy(destination);
    if (busy >= this.#bounds.perDestination || (busy > 0 && this.#full())) {
      return;
    }
    if (this.#at.has(destination) && !this.#mayRun()) {
      return;
    }
    const { any } = this.#at.get(destination) ?? NONE;
    const kind = any < this.#bounds.perDestination / 2 ? "any" : "fresh";
    this.#count(destination, kind, 1);
    const work: Promise<void> = this.#work(destination, kind).finally(() => this.#working.delete(work));
    this.#working.add(work);
  }

  /** Whether there are as many couriers as there may be. */
  #full(): boolean {
    const { atOnce, altogether } = this.#bounds;
    const all = this.#working.size;
    return all >= altogether || all - this.#stuck() >= atOnce;
  }

  /** Whether another run may start. */
  #mayRun(): boolean {
    return this.#runs < this.#bounds.runs && this.#goOn();
  }

  #count(destination: string, kind: keyof Serving, n: number): void {
    const there = this.#at.get(destination) ?? NONE;
    this.#at.set(destination, { ...there, [kind]: there[kind] + n });
  }

  /** How many couriers of a destination are not stuck. */
  #busy(destination: string): number {
    const { any, fresh, stuck } = this.#at.get(destination) ?? NONE;
    return any + fresh - stuck;
  }

  /** How many couriers are stuck in total. */
  #stuck(): number {
    return [...this.#at.values()].reduce((sum, { stuck }) => sum + stuck, 0);
  }

  /** Marks a courier of a destination as stuck, if the bounds allow one more; returns whether they do. */
  #stick(destination: string): boolean {
    const { stuckPerDestination, stuckAtOnce } = this.#bounds;
    const { stuck } = this.#at.get(destination) ?? NONE;
    if (stuck >= stuckPerDestination || this.#stuck() >= stuckAtOnce) {
      return false;
    }
    this.#count(destination, "stuck", 1);
    return true;
  }

  async #work(destination: string, kind: keyof Serving): Promise<void> {
    let left: Left | undefined;
    try {
      for (let first = true; first || this.#mayRun(); first = false) {
        const result = await this.#round(destination, kind);
        left = { more: result.more && hasDoneSomething(result), nextDue: timeOf(result.nextDue) };
        if (!left.more || this.#busy(destination) > this.#bounds.perDestination) {
          break; // if it was stuck, another one took its place
        }
      }
    } catch (error) {
      this.#reports.failed(error);
    }
    this.#count(destination, kind, -1);
    if (left && (kind === "any" || left.more || left.nextDue > 0)) {
      this.#reports.ended(destination, left);
    }
  }

  /** Runs dispatch once. If that takes long, others help; meanwhile the courier may be stuck. */
  async #round(destination: string, kind: keyof Serving): Promise<DispatchResult & { ok: true }> {
    this.#runs++;
    const help = setTimeout(() => this.#sendTo(destination), SLOW);
    let stuck = false;
    const late = setTimeout(() => {
      stuck = this.#stick(destination);
      if (stuck) {
        this.#sendTo(destination);
      }
    }, PATIENCE);
    try {
      return insist("dispatch", await this.#dispatch({ destination, limit: EVENTS, fresh: kind === "fresh" }));
    } finally {
      clearTimeout(help);
      clearTimeout(late);
      if (stuck) {
        this.#count(destination, "stuck", -1);
      }
    }
  }
}

/** If not, checking again at once would not help. */
export function hasDoneSomething({
  delivered,
  failed,
  dead,
  expired,
  dropped,
}: DispatchResult & { ok: true }): boolean {
  return delivered + failed + dead + expired + dropped > 0;
}

/** Milliseconds since 1970 of a time in RFC 3339, 0 for null. */
function timeOf(text: string | null): number {
  return text === null ? 0 : Date.parse(text);
}
