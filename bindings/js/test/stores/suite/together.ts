// Cases of concurrent calls.

import { hammer } from "./hammer.js";
import { assert, gaveUp, type Subject, same, whole } from "./subject.js";
import { verify } from "./verify.js";

export async function noLostUpdate(s: Subject): Promise<void> {
  const workers = 8;
  const rounds = 15;
  await many(workers, async () => {
    for (let i = 0; i < rounds; i++) {
      await increment(s, "counter/a", "counter/b");
    }
  });
  await s.holds("counter/a", String(workers * rounds), "counter/b", String(workers * rounds));
}

/** Adds one to both counters in one commit, however often it takes. */
async function increment(s: Subject, a: string, b: string): Promise<void> {
  for (;;) {
    const [value] = await s.get(a, b);
    const data = String(Number(value?.data ?? 0) + 1);
    const checks = [{ key: a, version: value?.version ?? "" }];
    const puts = [
      { key: a, data },
      { key: b, data },
    ];
    if (await unlessGivenUp(() => s.store.commit({ checks, puts, deletes: [] }))) {
      return;
    }
  }
}

/** Of all callers who claim an absent key, exactly one gets it and the answer says so. */
export async function oneClaimWins(s: Subject): Promise<void> {
  for (let round = 0; round < 10; round++) {
    const key = `claim/${round}`;
    const winners: string[] = [];
    await many(12, async (worker) => {
      const batch = whole({
        checks: [{ key, version: "" }],
        puts: [
          { key, data: String(worker) },
          { key: `${key}/${worker}`, data: "mine" },
        ],
      });
      let applied: boolean | undefined;
      while (applied === undefined) {
        applied = await unlessGivenUp(() => s.store.commit(batch));
      }
      if (applied) {
        winners.push(String(worker));
      }
    });
    same(winners.length, 1, "winners");
    same((await s.get(key))[0]?.data, winners[0], "who has the key");
    same(await s.scanKeys(`${key}/`, "", 20), [`${key}/${winners[0]}`], "what winners wrote in addition");
  }
}

export async function oneMoment(s: Subject): Promise<void> {
  await s.put("pair/a", "0", "pair/b", "0");
  let done = false;
  const readers = many(2, async () => {
    while (!done) {
      const [a, b] = await s.get("pair/a", "pair/b");
      assert(a?.data === b?.data, `get saw half of a commit: ${a?.data} and ${b?.data}`);
      const entries = await s.scan("pair/", "", 10);
      same(entries.length, 2, "entries");
      assert(entries[0]?.data === entries[1]?.data, "scan saw half of a commit");
      await pause();
    }
  });
  const writer = (async () => {
    for (let i = 0; i < 150; i++) {
      await s.put("pair/b", String(i), "pair/a", String(i));
      await pause();
    }
  })().finally(() => {
    done = true;
  });
  await Promise.all([readers, writer]);
}

/** The longest scan, most of whose entries lie between two keys that change together. */
export async function oneMomentOfLongScans(s: Subject): Promise<void> {
  for (let n = 0; n < 960; n += 40) {
    await s.commit({ puts: Array.from({ length: 40 }, (_, i) => ({ key: `long/m${n + i}`, data: "" })) });
  }
  await s.put("long/a", "0", "long/z", "0");
  let done = false;
  const writer = async () => {
    for (let i = 0; !done; i++) {
      await s.put("long/a", String(i), "long/z", String(i));
      await new Promise((resolve) => setTimeout(resolve, 15));
    }
  };
  const reader = async () => {
    for (let i = 0; i < 15; i++) {
      const entries = await s.scan("long/", "", 1000);
      same(entries.length, 962, "entries");
      assert(entries[0]?.data === entries.at(-1)?.data, `${entries[0]?.data} and ${entries.at(-1)?.data} in one scan`);
    }
  };
  await Promise.all([
    writer(),
    reader().finally(() => {
      done = true;
    }),
  ]);
}

export async function hammered(s: Subject): Promise<void> {
  verify(await hammer(s.store, { workers: 16, calls: 100, seed: 1 }));
}

/** Runs work many times at once; it throws when all have ended. */
async function many(n: number, work: (worker: number) => Promise<void>): Promise<void> {
  const outcomes = await Promise.allSettled(Array.from({ length: n }, (_, i) => work(i)));
  for (const outcome of outcomes) {
    if (outcome.status === "rejected") {
      throw outcome.reason;
    }
  }
}

/** Gives stores that answer at once a chance to be called by others. */
function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

async function unlessGivenUp<T>(call: () => T): Promise<Awaited<T> | undefined> {
  try {
    return await call();
  } catch (error) {
    if (gaveUp(error)) {
      return undefined;
    }
    throw error;
  }
}
