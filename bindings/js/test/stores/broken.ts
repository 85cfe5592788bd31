// Stores with one fault each, of kinds that occur in real stores. All of them
// answer a single caller correctly, or nearly always.

import { type Batch, type Entry, memoryStore, type Store, UnknownOutcomeError, type Value } from "@enrol-sso/enrol";
import { whole, yieldSome } from "./suite/subject.js";

/** A store in memory, some of whose methods a fault replaces. */
export class Passing implements Store {
  readonly inner = memoryStore();

  async get(keys: string[]): Promise<readonly (Value | null)[]> {
    return this.inner.get(keys);
  }

  async commit(batch: Batch): Promise<boolean> {
    return this.inner.commit(batch);
  }

  async scan(prefix: string, after: string, limit: number): Promise<readonly Entry[]> {
    return this.inner.scan(prefix, after, limit);
  }

  close(): void {
    this.inner.close?.();
  }
}

/** Checks first and writes later. */
class LostUpdate extends Passing {
  override async commit({ checks, puts, deletes }: Batch) {
    const hold = await this.inner.commit(whole({ checks }));
    await yieldSome();
    return hold && this.inner.commit(whole({ puts, deletes }));
  }
}

/** Forgets the checks of keys that the batch does not change. */
class WriteSkew extends Passing {
  override async commit({ checks, puts, deletes }: Batch) {
    const hold = await this.inner.commit(whole({ checks }));
    await yieldSome();
    if (!hold) {
      return false;
    }
    const changed = new Set([...puts.map(({ key }) => key), ...deletes]);
    return this.inner.commit({ checks: checks.filter(({ key }) => changed.has(key)), puts, deletes });
  }
}

/** Applies deletes a moment after puts. */
class TornBatch extends Passing {
  override async commit({ checks, puts, deletes }: Batch) {
    if (puts.length === 0) {
      return this.inner.commit({ checks, puts, deletes });
    }
    const applied = await this.inner.commit(whole({ checks, puts }));
    await yieldSome();
    return applied && this.inner.commit(whole({ deletes }));
  }
}

/** Forgets the deletes of a batch that puts as well. */
class LostDelete extends Passing {
  override async commit({ checks, puts, deletes }: Batch) {
    return this.inner.commit({ checks, puts, deletes: puts.length > 0 ? [] : deletes });
  }
}

/** Answers every third get of one key with its previous value. */
class StaleRead extends Passing {
  readonly #reads = new Map<string, (Value | null)[]>();

  override async get(keys: string[]) {
    const values = await this.inner.get(keys);
    const [key, other] = keys;
    if (key === undefined || other !== undefined) {
      return values;
    }
    const reads = [...(this.#reads.get(key) ?? []), values[0] ?? null];
    this.#reads.set(key, reads);
    return reads.length % 3 === 0 ? reads.slice(-2, -1) : values;
  }
}

/** Reads one key after the other. */
class TornGet extends Passing {
  override async get(keys: string[]) {
    const values: (Value | null)[] = [];
    for (const key of keys) {
      values.push(...(await this.inner.get([key])));
      await yieldSome();
    }
    return values;
  }
}

/** Reads one entry after the other. */
class PhantomScan extends Passing {
  override async scan(prefix: string, after: string, limit: number) {
    const entries: Entry[] = [];
    while (entries.length < limit) {
      const [entry] = await this.inner.scan(prefix, entries.at(-1)?.key ?? after, 1);
      if (entry === undefined) {
        break;
      }
      entries.push(entry);
      await yieldSome();
    }
    return entries;
  }
}

/** Acknowledges a commit before others can see it. */
class EarlyAnswer extends Passing {
  override async commit(batch: Batch) {
    const hold = await this.inner.commit(whole({ checks: batch.checks }));
    if (hold) {
      void yieldSome()
        .then(() => this.inner.commit(batch))
        .catch(() => {}); // closed by then
    }
    return hold;
  }
}

/** Refuses every tenth commit, whether its checks hold or not. */
class FalseRefusal extends Passing {
  #commits = 0;

  override async commit(batch: Batch) {
    return ++this.#commits % 10 !== 0 && this.inner.commit(batch);
  }
}

/** Uses as a version how often a key was put since it was absent. */
class CountPerKey extends Passing {
  readonly #puts = new Map<string, number>();

  override async get(keys: string[]) {
    const values = await this.inner.get(keys);
    return values.map((value, i) => value && { version: this.#version(keys[i] as string), data: value.data });
  }

  override async scan(prefix: string, after: string, limit: number) {
    const entries = await this.inner.scan(prefix, after, limit);
    return entries.map(({ key, data }) => ({ key, version: this.#version(key), data }));
  }

  override async commit({ checks, puts, deletes }: Batch) {
    const hold = checks.every(({ key, version }) => this.#version(key) === version);
    if (hold) {
      for (const { key } of puts) {
        this.#puts.set(key, (this.#puts.get(key) ?? 0) + 1);
      }
      for (const key of deletes) {
        this.#puts.delete(key);
      }
      await this.inner.commit(whole({ puts, deletes }));
    }
    return hold;
  }

  #version(key: string): string {
    return String(this.#puts.get(key) ?? "");
  }
}

/** Sorts as JavaScript does. */
class WrongOrder extends Passing {
  override async scan(prefix: string, after: string, limit: number) {
    const entries = await this.inner.scan(prefix, after, limit);
    return entries.toSorted((a, b) => (a.key < b.key ? -1 : 1));
  }
}

/** Changes text like a database that keeps only printable characters. */
class BentText extends Passing {
  override async commit({ checks, puts, deletes }: Batch) {
    const bent = puts.map(({ key, data }) => ({ key, data: data.replaceAll("\0", "").normalize("NFC") }));
    return this.inner.commit({ checks, puts: bent, deletes });
  }
}

export const broken: Readonly<Record<string, () => Store>> = {
  LostUpdate: () => new LostUpdate(),
  WriteSkew: () => new WriteSkew(),
  TornBatch: () => new TornBatch(),
  LostDelete: () => new LostDelete(),
  StaleRead: () => new StaleRead(),
  TornGet: () => new TornGet(),
  PhantomScan: () => new PhantomScan(),
  EarlyAnswer: () => new EarlyAnswer(),
  FalseRefusal: () => new FalseRefusal(),
  CountPerKey: () => new CountPerKey(),
};

/** The faults that are found without concurrency. */
export const brokenAlone: Readonly<Record<string, () => Store>> = {
  WrongOrder: () => new WrongOrder(),
  BentText: () => new BentText(),
};

/** Answers some of the first commits with an unknown outcome, applied or not, which is no fault. */
export class Forgetful extends Passing {
  #calls = 0;

  override async commit(batch: Batch) {
    const n = ++this.#calls;
    if (n < 200 && n % 10 === 0) {
      throw new UnknownOutcomeError();
    }
    const applied = await this.inner.commit(batch);
    if (n < 200 && n % 10 === 5) {
      throw new UnknownOutcomeError();
    }
    return applied;
  }
}
