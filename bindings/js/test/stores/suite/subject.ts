// A store under test, and what the cases assert. Its methods throw where the
// store does not answer as wanted, so that a case reads as what it asks and
// what it wants.

import type { Batch, Entry, Store, Value } from "@enrol-sso/enrol";

/** A batch of which only some members are of interest. */
export type Part = Partial<Batch>;

/** The most entries of a scan. */
export const MAX_SCAN_LIMIT = 1000;

/** Completes a batch. */
export function whole({ checks = [], puts = [], deletes = [] }: Part): Batch {
  return { checks, puts, deletes };
}

export class Subject {
  readonly store: Store;

  constructor(store: Store) {
    this.store = store;
  }

  async get(...keys: string[]): Promise<readonly (Value | null)[]> {
    const values = await this.store.get(keys);
    assert(values.length === keys.length, `${values.length} values for ${keys.length} keys`);
    return values;
  }

  /** The version of a key, "" if it is absent. */
  async version(key: string): Promise<string> {
    return (await this.get(key))[0]?.version ?? "";
  }

  async commit(batch: Part): Promise<void> {
    same(await this.store.commit(whole(batch)), true, "whether a commit was applied");
  }

  /** Sets keys to values, which alternate in its arguments. */
  async put(...keysAndValues: string[]): Promise<void> {
    const puts = [];
    for (let i = 0; i < keysAndValues.length; i += 2) {
      puts.push({ key: keysAndValues[i] as string, data: keysAndValues[i + 1] as string });
    }
    await this.commit({ puts });
  }

  /** Commits a batch with a check that does not hold. */
  async refuse(batch: Part): Promise<void> {
    same(await this.store.commit(whole(batch)), false, "whether a commit was applied");
  }

  async scan(prefix: string, after: string, limit: number): Promise<readonly Entry[]> {
    return await this.store.scan(prefix, after, limit);
  }

  async scanKeys(prefix: string, after: string, limit: number): Promise<string[]> {
    return (await this.scan(prefix, after, limit)).map(({ key }) => key);
  }

  /** Fails unless the store holds exactly these keys and values. */
  async holds(...keysAndValues: string[]): Promise<void> {
    const entries = await this.scan("", "", MAX_SCAN_LIMIT);
    same(
      entries.flatMap(({ key, data }) => [key, data]),
      keysAndValues,
      "what the store holds",
    );
  }
}

/** Fails a case. */
export function assert(holds: boolean, message: string): asserts holds {
  if (!holds) {
    throw new Error(message);
  }
}

/** Fails a case unless two answers are the same. */
export function same(got: unknown, want: unknown, what: string): void {
  const [a, b] = [JSON.stringify(got), JSON.stringify(want)];
  assert(a === b, `${what}: got ${a}, want ${b}`.slice(0, 4000));
}

/** The error of a call; the case fails if there is none. */
export async function failure(call: () => unknown): Promise<Error> {
  try {
    await call();
  } catch (error) {
    assert(error instanceof Error, `a call threw what is no error: ${String(error)}`);
    return error;
  }
  throw new Error("a call that must fail did not");
}

/** Reports whether an error means that nothing was applied because of contention. */
export function gaveUp(error: unknown): boolean {
  return (error as Error).name === "ConflictError";
}

/** Reports whether an error means that the batch may have been applied. */
export function isUnknown(error: unknown): boolean {
  return (error as Error).name === "UnknownOutcomeError";
}

/** Reports whether an error means that the store is closed. */
export function isClosed(error: unknown): boolean {
  return (error as { code?: unknown }).code === "closed";
}

/** Compares as UTF-8 does; slow, and unlike what the stores do. */
export function bytewise(a: string, b: string): number {
  const [x, y] = [new TextEncoder().encode(a), new TextEncoder().encode(b)];
  for (let i = 0; i < Math.min(x.length, y.length); i++) {
    if (x[i] !== y[i]) {
      return (x[i] as number) - (y[i] as number);
    }
  }
  return x.length - y.length;
}

/** Lets others go first, a few times, so that calls interleave in many ways. */
export async function yieldSome(): Promise<void> {
  for (let turns = Math.floor(Math.random() * 3); turns >= 0; turns--) {
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
}
