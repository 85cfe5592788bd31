// The search for an order that explains a history.

import type { History, Operation } from "./history.js";
import { Model, type State } from "./model.js";
import { assert } from "./subject.js";

/**
 * Looks for one order of all operations of a history, consistent with real
 * time, in which a store that serves them one at a time would have given the
 * same answers. It throws if there is none. The search is exact: it assumes
 * nothing about which keys a commit checks, or which deletion a reader saw.
 *
 * It walks through starts and ends in time and keeps every position that the
 * store could be in: its values, and which running operations have taken effect.
 * An operation must have taken effect when it ends; if not, it tries all ways in
 * which other running operations go first. Reads and refusals change nothing, so
 * they take effect as soon as their answer matches: waiting could not help any
 * other operation. So only concurrent commits whose checks all hold branch the
 * search. These are few, as they compete for few keys.
 */
export function verify({ operations }: Pick<History, "operations">): void {
  const verifier = new Verifier(new Model(operations));
  const events = operations.flatMap((operation) => [
    { time: operation.begin, happen: () => verifier.begin(operation) },
    { time: operation.end, happen: () => verifier.end(operation) },
  ]);
  for (const { time, happen } of events.sort((a, b) => a.time - b.time)) {
    if (time !== Number.POSITIVE_INFINITY) {
      happen();
    }
  }
}

/** One that the store could be in. */
interface Position {
  state: State;
  done: bigint; // a bit per running operation that has taken effect
}

/** Positions, each once. */
class Positions extends Map<string, Position> {
  /** Adds a position and reports whether it is new. */
  put(position: Position): boolean {
    const name = `${position.done} ${JSON.stringify(position.state)}`;
    const isNew = !this.has(name);
    this.set(name, position);
    return isNew;
  }
}

class Verifier {
  readonly #model: Model;
  readonly #running: (Operation | undefined)[] = []; // the place is the bit; a lost answer keeps its own for good
  #positions = new Positions();

  constructor(model: Model) {
    this.#model = model;
    this.#positions.put({ state: model.keys.map(() => null), done: 0n });
  }

  begin(operation: Operation): void {
    const free = this.#running.indexOf(undefined);
    this.#running[free < 0 ? this.#running.length : free] = operation;
    const next = new Positions();
    for (const position of this.#positions.values()) {
      next.put(this.#settle(position));
    }
    this.#positions = next;
  }

  end(operation: Operation): void {
    const slot = this.#running.indexOf(operation);
    const bit = 1n << BigInt(slot);
    const next = new Positions();
    const seen = new Positions();
    const search = (position: Position): void => {
      if (!seen.put(position)) {
        return;
      }
      if (position.done & bit) {
        next.put({ state: position.state, done: position.done & ~bit });
        return;
      }
      for (const [i, other] of this.#running.entries()) {
        const state = other && !isDone(position, i) && changes(other) && this.#model.step(other, position.state);
        if (state) {
          search(this.#settle({ state, done: position.done | (1n << BigInt(i)) }));
        }
      }
    };
    for (const position of this.#positions.values()) {
      search(position);
    }
    assert(next.size > 0, `no order of the calls explains the answer of ${this.#describe(operation)}`);
    this.#running[slot] = undefined;
    this.#positions = next;
  }

  /** Lets all operations take effect that change nothing and whose answers fit. */
  #settle({ state, done }: Position): Position {
    let settled = done;
    for (const [i, operation] of this.#running.entries()) {
      if (operation && !isDone({ state, done }, i) && !changes(operation) && this.#model.step(operation, state)) {
        settled |= 1n << BigInt(i);
      }
    }
    return { state, done: settled };
  }

  #describe(operation: Operation): string {
    const others = this.#running.filter((other) => other && other !== operation);
    const states = [...this.#positions.values()].slice(0, 10).map(({ state }) => state);
    return [
      JSON.stringify(operation),
      `running until then: ${JSON.stringify(others)}`,
      `the store could hold, before commits among these, of ${JSON.stringify(this.#model.keys)}: ${JSON.stringify(states)}`,
    ].join("\n");
  }
}

function isDone({ done }: Position, slot: number): boolean {
  return ((done >> BigInt(slot)) & 1n) === 1n;
}

function changes(operation: Operation): boolean {
  return (
    operation.kind === "commit" && operation.applied && operation.batch.puts.length + operation.batch.deletes.length > 0
  );
}
