// The cases that Go and JavaScript share: steps of one caller, each with its
// result. kv/kvtest/cases.go documents the steps.

import type { SharedBatch, SharedCheck, SharedScans, Step } from "./shared.js";
import { assert, bytewise, failure, MAX_SCAN_LIMIT, type Part, type Subject, same, whole } from "./subject.js";

/** Takes the steps one after the other. */
export async function take(s: Subject, steps: readonly Step[]): Promise<void> {
  const remembered = new Map<string, string>(); // versions, by key
  for (const step of steps) {
    const what = JSON.stringify(step);
    if (step.put) {
      await s.commit({ puts: Object.entries(step.put).map(([key, data]) => ({ key, data })) });
    } else if (step.commit) {
      await commit(s, batchOf(step.commit, remembered), step);
    } else if (step.get) {
      same(
        (await s.get(...step.get)).map((value) => value?.data ?? null),
        step.want,
        what,
      );
    } else if (step.scan) {
      const { prefix, after, limit } = step.scan;
      same(await s.scanKeys(prefix, after, limit), step.keys, what);
    } else if (step.scans) {
      await scans(s, step.scans);
    } else if (step.holds) {
      await holds(s, step.holds);
    } else if (step.remember) {
      for (const key of step.remember) {
        remembered.set(key, await s.version(key));
      }
    } else if (step.unchanged) {
      for (const key of step.unchanged) {
        same(await s.version(key), remembered.get(key), `the version of ${key}`);
      }
    } else {
      throw new Error(`cases.json has a step that nobody knows: ${what}`);
    }
  }
}

function batchOf({ checks = [], puts = [], deletes = [] }: SharedBatch, remembered: Map<string, string>): Part {
  const versionOf = ({ key, version = "", remembered: last, followed_by = "" }: SharedCheck) =>
    last ? `${remembered.get(key)}${followed_by}` : version;
  return {
    checks: checks.map((check) => ({ key: check.key, version: versionOf(check) })),
    puts: puts.map(([key, data]) => ({ key, data })),
    deletes: [...deletes],
  };
}

async function commit(s: Subject, batch: Part, { applies, fails = false }: Step): Promise<void> {
  if (fails) {
    await failure(() => s.store.commit(whole(batch)));
  } else {
    same(await s.store.commit(whole(batch)), applies, `whether ${JSON.stringify(batch)} was applied`);
  }
}

/** Compares all entries, and what get answers for their keys. */
async function holds(s: Subject, want: Readonly<Record<string, string>>): Promise<void> {
  const entries = await s.scan("", "", MAX_SCAN_LIMIT);
  same(
    entries.map(({ key, data }) => [key, data]),
    Object.entries(want).sort(([a], [b]) => bytewise(a, b)),
    "what the store holds",
  );
  for (const { key, version, data } of entries) {
    const [value] = await s.get(key);
    same([value?.version, value?.data], [version, data], `what get answers for ${JSON.stringify(key)}`);
  }
}

/** Compares scans of the keys in the store with the contract. */
async function scans(s: Subject, { prefixes, afters, limits }: SharedScans): Promise<void> {
  const keys = (await s.scanKeys("", "", MAX_SCAN_LIMIT)).sort(bytewise);
  assert(keys.length > 0, "scans of an empty store show nothing");
  for (const prefix of prefixes) {
    for (const after of afters) {
      for (const limit of limits) {
        const want = keys.filter((key) => key.startsWith(prefix) && bytewise(key, after) > 0).slice(0, limit);
        const what = `prefix ${JSON.stringify(prefix)} after ${JSON.stringify(after)} limit ${limit}`;
        same(await s.scanKeys(prefix, after, limit), want, what);
      }
    }
  }
}
