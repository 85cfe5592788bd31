// A model of a correct store, for checking histories.

import type { Value } from "@enrol-sso/enrol";
import type { Operation } from "./history.js";
import { assert, bytewise } from "./subject.js";

/** What a correct store holds at one moment: data by the number of its key, null where absent. */
export type State = readonly (string | null)[];

/** Stands for a version that was in no answer: no check of it holds. */
const UNHEARD = Symbol("unheard");

/** Knows the keys of a history, in bytewise order, and which value is behind which version. */
export class Model {
  readonly keys: string[];
  readonly #numbers: Map<string, number>;
  readonly #data = new Map<string, string>(); // by key and version
  readonly #versions = new Map<string, string>(); // by key and data

  /** Fails if the answers cannot be those of any store: a version stood for two values, or a value had two. */
  constructor(operations: readonly Operation[]) {
    const keys = new Set<string>();
    for (const operation of operations) {
      for (const [key, value] of told(operation)) {
        keys.add(key);
        this.#tell(key, value);
      }
      if (operation.kind === "commit") {
        const { checks, puts, deletes } = operation.batch;
        for (const key of [...checks.map(({ key }) => key), ...puts.map(({ key }) => key), ...deletes]) {
          keys.add(key);
        }
      }
    }
    this.keys = [...keys].sort(bytewise);
    this.#numbers = new Map(this.keys.map((key, i) => [key, i]));
  }

  /**
   * The state after an operation, if a correct store in a state could have given
   * the operation's answer; otherwise undefined.
   */
  step(operation: Operation, state: State): State | undefined {
    switch (operation.kind) {
      case "get":
        return told(operation).every(([key, value]) => this.#at(state, key) === (value?.data ?? null))
          ? state
          : undefined;
      case "scan":
        return this.#scanned(operation, state) ? state : undefined;
      default: {
        const { checks, puts, deletes } = operation.batch;
        const hold = checks.every(({ key, version }) => this.#at(state, key) === this.#checked(key, version));
        if (hold !== operation.applied) {
          return undefined;
        }
        if (!hold) {
          return state;
        }
        const next = [...state];
        for (const { key, data } of puts) {
          next[this.#number(key)] = data;
        }
        for (const key of deletes) {
          next[this.#number(key)] = null;
        }
        return next;
      }
    }
  }

  #scanned({ prefix, after, limit, entries }: Extract<Operation, { kind: "scan" }>, state: State): boolean {
    const want = this.keys
      .filter((key) => this.#at(state, key) !== null && key.startsWith(prefix) && bytewise(key, after) > 0)
      .slice(0, limit);
    return (
      want.length === entries.length &&
      entries.every(({ key, data }, i) => key === want[i] && data === this.#at(state, key))
    );
  }

  #tell(key: string, value: Value | null): void {
    if (value === null) {
      return;
    }
    const { version, data } = value;
    const other = this.#data.get(named(key, version));
    assert(
      other === undefined || other === data,
      `version ${version} of ${key} recurred: for ${other} and for ${data}`,
    );
    const before = this.#versions.get(named(key, data));
    assert(before === undefined || before === version, `${data} of ${key} had the versions ${before} and ${version}`);
    this.#data.set(named(key, version), data);
    this.#versions.set(named(key, data), version);
  }

  #checked(key: string, version: string): string | null | typeof UNHEARD {
    return version === "" ? null : (this.#data.get(named(key, version)) ?? UNHEARD);
  }

  #number(key: string): number {
    return this.#numbers.get(key) as number;
  }

  #at(state: State, key: string): string | null {
    return state[this.#number(key)] ?? null;
  }
}

/** The values that an operation returned, by key. */
function told(operation: Operation): [string, Value | null][] {
  switch (operation.kind) {
    case "get":
      return operation.keys.map((key, i) => [key, operation.values[i] ?? null]);
    case "scan":
      return operation.entries.map(({ key, version, data }) => [key, { version, data }]);
    default:
      return [];
  }
}

function named(key: string, text: string): string {
  return `${key}\0${text}`;
}
