// A thousand healthy events among others that are refused, slow, dead, hanging or flooded: all of
// them arrive soon, in the background, within requests and by upkeep.

import assert from "node:assert/strict";
import { before, test } from "node:test";
import { type Enrol, memoryStore, type Service, ServiceError, type Services, type Store } from "@enrol-sso/enrol";
import { nodeKdf } from "@enrol-sso/enrol/node";
import { creator } from "#dist/create.js";
import { loadModule } from "#dist/node/module.js";
import { account, confWith, crowdKdf, ok, SECRET_KEY, start } from "../fixture.js";
import { VirtualClock } from "../virtual-clock.js";

const module = await loadModule();
const createOnEdge = creator({ loadModule: () => module, kdf: nodeKdf, requestBound: true });

/** The crm is called last, so that it waits for the others. */
const EVERYTHING = {
  main: "email_service=mail",
  signup: "callback_service_list=slow, dead, crm",
  enrol: "password_hash=pbkdf2-sha512\nrate_signup=0",
};
const everything = confWith(EVERYTHING);

const HEALTHY = 500; // people, with a message and a callback each
const TROUBLED = { refused: 40, final: 10, poison: 12, hanging: 10, flooded: 100 } as const;

/** Milliseconds within which a platform must be kept alive. */
const REQUEST = 29_000;

/** Milliseconds within which upkeep ends: 20 seconds, and a call that began before. */
const UPKEEP = 20_000 + 30_000 + 1_000;

const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
const never = () => new Promise<void>(() => {});

/** What the message service does for somebody whose name begins like this; otherwise it accepts. */
const MAIL: Record<string, () => unknown> = {
  refused: () => Promise.reject(new ServiceError("refused", "status 422")),
  final: () => Promise.reject(new ServiceError("final", "status 410")),
  poison: () => Promise.reject(new ServiceError("down", "status 500")),
  hanging: never,
};

/** The services of a configuration, and the healthy events that they accepted. */
function services(conf = everything): { services: Services; arrived: Set<string> } {
  const arrived = new Set<string>();
  const accepting =
    (name: string): Service =>
    async ({ data }) => {
      const kind = data.username?.split("-")[0] ?? "";
      await ((name === "mail" && MAIL[kind]?.()) || wait(5));
      if (kind === "healthy") {
        arrived.add(`${name} ${data.username}`);
      }
    };
  const all: Services = {
    mail: accepting("mail"),
    crm: accepting("crm"),
    slow: () => wait(20_000),
    dead: () => Promise.reject(new ServiceError("down", "no connection")),
  };
  const named = Object.entries(all).filter(([name]) => conf.includes(name));
  return { arrived, services: Object.fromEntries(named) };
}

/** People of some kinds: the events of those of one kind are spread among those of the others. */
function mixed(counts: Partial<Record<"healthy" | keyof typeof TROUBLED, number>>): string[] {
  return Object.entries(counts)
    .flatMap(([kind, count]) =>
      Array.from({ length: count }, (_, i) => ({ name: `${kind}-${i}`, at: (i + 0.5) / count })),
    )
    .sort((a, b) => a.at - b.at)
    .map(({ name }) => name);
}

/** The same store, from which nothing is delivered until it is opened. */
function gated(store: Store): { store: Store; open: () => void } {
  let closed = true;
  const scan: Store["scan"] = (prefix, after, limit) => {
    if (closed && prefix.startsWith("outbox/")) {
      throw new Error("not yet");
    }
    return store.scan(prefix, after, limit);
  };
  const open = () => {
    closed = false;
  };
  return { store: { scan, get: (keys) => store.get(keys), commit: (batch) => store.commit(batch) }, open };
}

/** A store with the events of those people, of which none is delivered yet. */
async function crowd(names: readonly string[], conf = everything): Promise<Store> {
  const store = memoryStore();
  const { enrol } = await start({ conf, store: gated(store).store, kdf: crowdKdf, services: services(conf).services });
  for (const name of names) {
    const email = `${name.startsWith("flooded") ? "flooded" : name}@example.com`;
    await ok(enrol.signup({ ...account(name), email }));
  }
  await enrol.close();
  return store;
}

/** A copy of what a store holds. */
async function copyOf(store: Store): Promise<Store> {
  const copy = memoryStore();
  for (let after = "", more = true; more; ) {
    const entries = await store.scan("", after, 40);
    await copy.commit({ checks: [], puts: entries.map(({ key, data }) => ({ key, data })), deletes: [] });
    more = entries.length > 0;
    after = entries.at(-1)?.key ?? "";
  }
  return copy;
}

/** Expects that a request need not be kept alive for longer than platforms do. */
async function timed(work: Promise<unknown>, clock: VirtualClock): Promise<void> {
  const began = clock.now;
  await work;
  assert(clock.now - began < REQUEST, `it took ${clock.now - began} ms`);
}

let everybody: Store;
before(async () => {
  everybody = await crowd(mixed({ healthy: HEALTHY, ...TROUBLED }));
});

/** An engine of an edge worker that has done nothing yet. */
async function onEdge(
  store: Store,
  conf = everything,
): Promise<{ enrol: Enrol; arrived: Set<string>; faults: Error[] }> {
  const { services: called, arrived } = services(conf);
  const faults: Error[] = [];
  const enrol = await createOnEdge({
    conf,
    secretKey: SECRET_KEY,
    store,
    services: called,
    audit: () => {},
    onFault: (error) => faults.push(error),
  });
  return { enrol, arrived, faults };
}

/** An engine of a program that delivers nothing but by upkeep. */
async function idle(store: Store, clock: VirtualClock): Promise<{ enrol: Enrol; arrived: Set<string> }> {
  const { services: called, arrived } = services();
  const gate = gated(store);
  const { enrol, faults } = await start({ conf: everything, store: gate.store, services: called });
  await clock.until(() => faults.length > 0, 1_000);
  gate.open();
  return { enrol, arrived };
}

test("a thousand healthy events arrive within ten seconds in the background", async (t) => {
  const { services: called, arrived } = services();
  const store = await copyOf(everybody);
  const clock = new VirtualClock(t);
  const { enrol } = await start({ conf: everything, store, services: called, dispatchIntervalMs: 1_000 });
  const took = await clock.until(() => arrived.size === 2 * HEALTHY, 10_000);
  t.diagnostic(`after ${took} ms`);
  await clock.end(enrol.close(), 5_000);
});

test("a thousand healthy events arrive by a few runs of upkeep", async (t) => {
  const store = await copyOf(everybody);
  const clock = new VirtualClock(t);
  const { enrol, arrived } = await idle(store, clock);
  for (let runs = 1; arrived.size < 2 * HEALTHY; runs++) {
    assert(runs <= 3, `${arrived.size} arrived by 3 runs`);
    await clock.end(enrol.upkeep(), UPKEEP);
    t.diagnostic(`${arrived.size} arrived after ${clock.now} ms and ${runs} runs`);
  }
  await clock.end(enrol.close(), 5_000);
});

test("a thousand healthy events arrive within a few requests of an edge worker", async (t) => {
  const store = await copyOf(everybody);
  const clock = new VirtualClock(t);
  const { enrol, arrived } = await onEdge(store);
  const requests: Promise<void>[] = [];
  for (let n = 1; arrived.size < 2 * HEALTHY; n++) {
    assert(n <= 10, `${arrived.size} arrived within 10 requests`);
    await ok(enrol.signup(account(`another-${n}`), { waitUntil: (work) => requests.push(timed(work, clock)) }));
    await clock.pass(5_000);
    t.diagnostic(`${arrived.size} arrived after ${clock.now} ms and ${n} requests`);
  }
  await clock.end(Promise.all(requests), REQUEST);
  await clock.end(enrol.close(), 5_000);
});

for (const [hanging, callbacks] of [
  [4, "crm"],
  [2, "slow, dead, crm"],
] as const) {
  const title = `${hanging} addresses for which a service hangs delay no others within one request, with ${callbacks}`;
  test(title, async (t) => {
    const conf = confWith({ ...EVERYTHING, signup: `callback_service_list=${callbacks}` });
    const store = await crowd([...mixed({ hanging }), ...mixed({ healthy: 30 })], conf);
    const clock = new VirtualClock(t);
    const { enrol, arrived } = await onEdge(store, conf);
    const began = clock.now;
    await ok(enrol.validate({}));
    await clock.until(() => arrived.size === 60, 10_000);
    await clock.end(enrol.close(), 1_000);
    assert(clock.now - began < REQUEST);
  });
}

test("addresses for which a service hangs delay no others during one upkeep", async (t) => {
  const store = await crowd([...mixed({ hanging: 20 }), ...mixed({ healthy: 30 })]);
  const clock = new VirtualClock(t);
  const { enrol, arrived } = await idle(store, clock);
  const upkeep = enrol.upkeep();
  await clock.until(() => arrived.size === 60, 15_000);
  const report = await clock.end(upkeep, UPKEEP);
  assert(report.delivered >= 60 && report.failed >= 20, JSON.stringify(report));
  await clock.end(enrol.close(), 5_000);
});
