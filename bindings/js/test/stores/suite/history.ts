// The calls of concurrent callers, and their answers.

import type { Batch, Entry, Value } from "@enrol-sso/enrol";

/** One call of a store and its answer; end is Infinity for lost answers, whose effect may come at any time or not at all. */
export type Operation = { begin: number; end: number } & (
  | { kind: "get"; keys: string[]; values: readonly (Value | null)[] }
  | { kind: "scan"; prefix: string; after: string; limit: number; entries: readonly Entry[] }
  | { kind: "commit"; batch: Batch; applied: boolean }
);

/**
 * Its clock ticks at each begin and end, so that of two operations with one
 * after the other in real time the times say so.
 */
export class History {
  readonly operations: Operation[] = [];
  #clock = 0;

  now(): number {
    return ++this.#clock;
  }

  add(operation: Operation): void {
    this.operations.push(operation);
  }
}
