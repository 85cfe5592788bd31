// Delivery to several destinations, some of which are slow, down or refuse
// events; and how it ends when the engine closes.

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  createEnrol,
  DeliveryError,
  memoryStore,
  type Service,
  type ServiceContext,
  ServiceError,
  type ServicePayload,
  type Store,
} from "@enrol-sso/enrol";
import { type CourierBounds, Couriers, IN_REQUEST, type Left } from "#dist/couriers.js";
import { Dispatcher } from "#dist/dispatcher.js";
import { account, confWith, crowdKdf, ok, SECRET_KEY, start, until } from "../fixture.js";

const ENROL = "password_hash=pbkdf2-sha512";
const conf = confWith({ main: "email_service=mail", signup: "callback_service_list=crm", enrol: ENROL });
const crmOnly = confWith({ signup: "callback_service_list=crm" });

/** A service that answers when the test releases it. */
function blocked() {
  const calls: ServiceContext[] = [];
  const waiting: (() => void)[] = [];
  let open = false;
  const service: Service = (_, context) => {
    calls.push(context);
    return open ? undefined : new Promise<void>((resolve) => waiting.push(resolve));
  };
  const release = () => {
    open = true;
    for (const resolve of waiting.splice(0)) {
      resolve();
    }
  };
  return { calls, service, release, waiting };
}

const signups = (enrol: Awaited<ReturnType<typeof start>>["enrol"], count: number) =>
  Promise.all(Array.from({ length: count }, (_, i) => ok(enrol.signup(account(`user${i}`)))));

/** The same store as another object, as in another process. */
const again = (store: Store, exclusive?: true): Store => ({
  get: (keys) => store.get(keys),
  commit: (batch) => store.commit(batch),
  scan: (prefix, after, limit) => store.scan(prefix, after, limit),
  ...(exclusive ? { exclusive } : {}),
});

test("a destination that does not answer delays no other, and gets a bounded number of calls at once", async () => {
  const { calls, service, release, waiting } = blocked();
  const mails = new Set<string | undefined>();
  const mail = ({ data }: ServicePayload) => void mails.add(data.username);
  const { enrol, faults } = await start({ conf, kdf: crowdKdf, services: { crm: service, mail } });
  await signups(enrol, 40);
  await until(() => mails.size === 40);
  await until(() => calls.length >= 4);
  await ok(enrol.signup(account("last")));
  await until(() => mails.has("last"));
  assert(waiting.length <= 4 + 28, `${waiting.length} calls`);
  release();
  await until(() => calls.length === 41);
  assert.equal(new Set(calls.map(({ headers }) => headers["webhook-id"])).size, 41);
  await enrol.close();
  assert.deepEqual(faults, []);
});

test("a slow destination delays no other within the request of an edge worker", async () => {
  const { service, release } = blocked();
  const mails = new Set<string | undefined>();
  const mail = ({ data }: ServicePayload) => void mails.add(data.username);
  const waited: Promise<unknown>[] = [];
  const waitUntil = (work: Promise<unknown>) => void waited.push(work);
  const { enrol } = await start({ conf, kdf: crowdKdf, services: { crm: service, mail }, waitUntil });
  await signups(enrol, 10);
  await until(() => mails.size === 10);
  release();
  await Promise.all(waited);
  await enrol.close();
});

test("nor does it delay upkeep", async () => {
  const { service, calls } = blocked();
  const store = memoryStore();
  const left = await start({
    conf,
    store,
    kdf: crowdKdf,
    services: {
      crm: () => {
        throw new Error("not now");
      },
      mail: () => {
        throw new Error("not now");
      },
    },
  });
  await signups(left.enrol, 3);
  await until(() => left.faults.length === 6);
  await left.enrol.close();
  const mails = new Set<string | undefined>();
  const mail = ({ data }: ServicePayload) => void mails.add(data.username);
  const { enrol } = await start({ conf, store: again(store), services: { crm: service, mail } });
  const now = Date.now;
  Date.now = () => now() + 60_000;
  try {
    const upkeep = enrol.upkeep({ withinMs: 1_000 });
    await until(() => mails.size === 3 && calls.length > 0);
    await enrol.close(); // gives the calls up
    assert.equal((await upkeep).delivered, 3);
  } finally {
    Date.now = now;
  }
});

test("events for a service that the configuration no longer names are delivered while the option services has it", async () => {
  const store = memoryStore();
  const crm = () => {
    throw new Error("not now");
  };
  const before = await start({ conf: crmOnly, store, services: { crm } });
  await signups(before.enrol, 2);
  await until(() => before.faults.length === 2);
  await before.enrol.close();
  const got: (string | undefined)[] = [];
  const services = { crm: ({ data }: ServicePayload) => void got.push(data.username) };
  const { enrol, faults } = await start({ conf: confWith(), store, services });
  const now = Date.now;
  Date.now = () => now() + 60_000;
  try {
    await enrol.upkeep();
  } finally {
    Date.now = now;
  }
  assert.deepEqual(got.sort(), ["user0", "user1"]);
  assert.deepEqual(faults, []);
  await enrol.close();
});

test("close cancels running calls after a moment; they are repeated, and no try is counted", async () => {
  const { calls, service } = blocked();
  const store = memoryStore();
  const first = await start({ conf: crmOnly, store, services: { crm: service } });
  await ok(first.enrol.signup(account("ada")));
  await until(() => calls.length === 1);
  await first.enrol.close();
  assert.equal(calls[0]?.signal.aborted, true);
  assert.deepEqual(first.faults, []);
  const second = await start({
    conf: crmOnly,
    store: again(store),
    services: {
      crm: (_, context) => {
        calls.push(context);
        throw new Error("not now");
      },
    },
  });
  await until(() => second.faults.length === 1);
  assert.equal(calls[0]?.headers["webhook-id"], calls[1]?.headers["webhook-id"]);
  assert.equal((second.faults[0] as DeliveryError).tries, 1);
  await second.enrol.close();
});

test("close ends delivery between events, and the next engine goes on", async () => {
  const store = memoryStore();
  const delivered: (string | undefined)[] = [];
  const slow: Service = async (_, { headers }) => {
    await new Promise((resolve) => setTimeout(resolve, 50));
    delivered.push(headers["webhook-id"]);
  };
  const first = await start({ conf: crmOnly, store, kdf: crowdKdf, services: { crm: slow } });
  await signups(first.enrol, 200);
  await first.enrol.close();
  const before = delivered.length;
  await new Promise((resolve) => setTimeout(resolve, 100));
  assert(before < 200, `${before} were delivered`);
  const second = await start({
    conf: crmOnly,
    store: again(store),
    services: { crm: (_, { headers }) => delivered.push(headers["webhook-id"]) },
  });
  await until(() => new Set(delivered).size === 200);
  await second.enrol.close();
});

test("events committed right before close are delivered", async () => {
  let delivered = 0;
  const { enrol } = await start({ conf: crmOnly, services: { crm: () => ++delivered } });
  await ok(enrol.signup(account("ada")));
  await enrol.close();
  assert.equal(delivered, 1);
});

test("all events of a service that is down wait until its retryAfter", async () => {
  let calls = 0;
  const crm = () => {
    calls++;
    throw new ServiceError("down", "maintenance", { retryAfter: 600 });
  };
  const { enrol, faults } = await start({ conf: crmOnly, kdf: crowdKdf, services: { crm } });
  await ok(enrol.signup(account("first")));
  await until(() => calls === 1);
  await signups(enrol, 20);
  const { destinations, nextDue } = await ok(enrol.dispatch({ limit: 0 }));
  assert.deepEqual(
    destinations.map(({ name, more }) => [name, more]),
    [["crm", false]],
  );
  assert(Date.parse(nextDue ?? "") > Date.now() + 60_000, `it is tried again at ${nextDue}`);
  await enrol.close();
  assert.equal(calls, 1);
  assert.deepEqual(
    faults.map((fault) => (fault as DeliveryError).failure),
    ["down"],
  );
});

test("an event that a service refuses delays no other, and a final failure makes it dead at once", async () => {
  const delivered = new Set<string | undefined>();
  const crm = ({ data }: ServicePayload) => {
    if (data.username === "user3" || data.username === "user7") {
      throw new ServiceError(data.username === "user3" ? "refused" : "final", "not this one");
    }
    delivered.add(data.username);
  };
  const { enrol, faults } = await start({ conf: crmOnly, kdf: crowdKdf, services: { crm } });
  await signups(enrol, 20);
  await until(() => delivered.size === 18 && faults.length === 2);
  const told = (faults as DeliveryError[]).map(({ failure, dead, tries, nextDue }) => [
    failure,
    dead,
    tries,
    nextDue !== null,
  ]);
  assert.deepEqual(told.sort(), [
    ["final", true, 1, false],
    ["refused", false, 1, true],
  ]);
  assert.equal((await ok(enrol.admin().dead())).events.length, 1);
  await enrol.close();
});

test("a failed delivery is reported without personal data", async () => {
  const mail = ({ data }: ServicePayload) => {
    throw new Error(`no mailbox ${JSON.stringify(data)}`);
  };
  const { enrol, faults } = await start({ conf, services: { mail, crm: () => {} } });
  const { confirmToken } = await ok(enrol.signup({ ...account("countess"), displayName: "Ada Lovelace" }));
  await until(() => faults.length === 1);
  const [fault] = faults;
  assert(fault instanceof DeliveryError);
  assert.deepEqual(
    [fault.kind, fault.failure, fault.tries, fault.dead, fault.name],
    ["confirm", "refused", 1, false, "DeliveryError"],
  );
  const shown = `${fault.message} ${JSON.stringify(fault)}`;
  for (const secret of [confirmToken.reveal(), "countess", "example.com"]) {
    assert(!shown.includes(secret), shown);
  }
  const { failures } = await ok(enrol.dispatch({ limit: 16 }));
  assert.deepEqual(failures, [], "it is not due again yet");
  await enrol.close();
});

test("a failed delivery without onFault is one line on the console", async (t) => {
  const write = t.mock.method(console, "error", () => {});
  const crm = () => {
    throw new Error("not\nnow");
  };
  const enrol = await createEnrol({
    conf: crmOnly,
    secretKey: SECRET_KEY,
    audit: () => {},
    store: memoryStore(),
    services: { crm },
  });
  await ok(enrol.signup(account("ada")));
  await until(() => write.mock.callCount() > 0);
  const [line, ...others] = write.mock.calls[0]?.arguments ?? [];
  assert.match(
    String(line),
    /^enrol: event [0-9A-Z]{26} \(callback\) was not delivered to crm: refused: not now \(try 1, next try [^\n]*Z\)$/,
  );
  assert.deepEqual(others, []);
  await enrol.close();
});

test("dispatch lists destinations, and delivers the events of a given one", async () => {
  const calls: string[] = [];
  let open = false;
  const service = (name: string) => () => {
    if (!open) {
      throw new Error("not now");
    }
    calls.push(name);
  };
  const { enrol, faults } = await start({ conf, services: { crm: service("crm"), mail: service("mail") } });
  await ok(enrol.signup(account("ada")));
  await until(() => faults.length === 2);
  open = true;
  const now = Date.now;
  Date.now = () => now() + 60_000;
  try {
    const listed = await ok(enrol.dispatch({ limit: 0 }));
    assert.deepEqual([listed.destinations.length, listed.delivered, listed.more, calls], [2, 0, true, []]);
    const { id, name } = listed.destinations.find((destination) => destination.name === "crm") ?? {};
    assert.equal(name, "crm");
    assert.equal((await ok(enrol.dispatch({ destination: id }))).delivered, 1);
    assert.deepEqual(calls, ["crm"]);
    assert.equal((await ok(enrol.dispatch())).delivered, 1);
  } finally {
    Date.now = now;
  }
  await enrol.close();
});

for (const exclusive of [true, undefined] as const) {
  const when = exclusive ? "at once" : "only when its lease is over";
  test(`an event that a dead process was delivering is delivered ${when}`, async () => {
    const store = memoryStore();
    const { service, calls, release } = blocked();
    const left = again(store, exclusive);
    const gone = await start({ conf: crmOnly, store: left, services: { crm: service } });
    await ok(gone.enrol.signup(account("ada")));
    await until(() => calls.length === 1); // and nothing ever comes of it
    left.get =
      left.commit =
      left.scan =
        () => {
          throw new Error("the process is dead"); // or another courier of it would take the event
        };
    let delivered = 0;
    const services = { crm: () => ++delivered };
    const next = await start({ conf: crmOnly, store: again(store, exclusive), services });
    if (exclusive) {
      await until(() => delivered === 1);
    } else {
      assert.equal((await ok(next.enrol.dispatch())).delivered, 0);
    }
    await next.enrol.close();
    release();
    await gone.enrol.close();
  });
}

test("a second engine on one store object does not take from the first what it is delivering", async () => {
  const store = again(memoryStore(), true);
  const { service, calls, release } = blocked();
  const first = await start({ conf: crmOnly, store, services: { crm: service } });
  await ok(first.enrol.signup(account("ada")));
  await until(() => calls.length === 1);
  const second = await start({ conf: crmOnly, store, services: { crm: service } });
  assert.equal((await ok(second.enrol.dispatch())).delivered, 0);
  assert.equal(calls.length, 1);
  release();
  await second.enrol.close();
  await first.enrol.close();
});

const FEW = { atOnce: 6, stuckPerDestination: 0, stuckAtOnce: 0, altogether: 100, runs: 100 };

/**
 * Couriers over destinations with events, endless if there are more, whose runs last until they are released. After
 * `dismiss` each ends.
 */
function endless(destinations: number, bounds: CourierBounds, more = true) {
  const running: string[] = [];
  const fresh: (boolean | undefined)[] = [];
  const waiting: (() => void)[] = [];
  const ended: Left[] = [];
  let dismissed = false;
  const answer = {
    ok: true,
    cid: "c",
    delivered: 1,
    failed: 0,
    dead: 0,
    expired: 0,
    dropped: 0,
    failures: [],
  } as const;
  const couriers = new Couriers(
    async ({ destination, limit, fresh: only }) => {
      if (limit === 0) {
        const listed = Array.from({ length: destinations }, (_, i) => ({
          id: `${i}`,
          name: "",
          more: true,
          nextDue: null,
        }));
        return { ...answer, more: true, nextDue: null, destinations: listed };
      }
      running.push(destination ?? "");
      fresh.push(only);
      await new Promise<void>((resolve) => waiting.push(resolve));
      return { ...answer, more, nextDue: null, destinations: [] };
    },
    bounds,
    { ended: (_, left) => ended.push(left), failed: assert.ifError },
    () => !dismissed,
  );
  const end = () => {
    dismissed = true;
  };
  const resume = () => {
    dismissed = false;
  };
  const release = async () => {
    for (const resolve of waiting.splice(0)) {
      resolve();
    }
    await couriers.settled();
  };
  const dismiss = async () => {
    end();
    await release();
    resume();
  };
  return { couriers, running, fresh, waiting, ended, end, resume, release, dismiss };
}

test("every destination gets a courier before one gets several, within the limits", async () => {
  const { couriers, running, dismiss } = endless(10, { ...FEW, perDestination: 4 });
  await couriers.send();
  await couriers.send();
  assert.deepEqual(
    running.sort((a, b) => Number(a) - Number(b)),
    [...Array(10).keys()].map(String),
  );
  await dismiss();
  const few = endless(2, { ...FEW, perDestination: 2 });
  for (let i = 0; i < 5; i++) {
    await few.couriers.send();
  }
  assert.deepEqual(few.running.sort(), ["0", "0", "1", "1"]);
  await few.dismiss();
});

test("a destination that had no courier gets one beyond any limit, for one run", async () => {
  const few = endless(3, { ...FEW, perDestination: 4, runs: 1 });
  await few.couriers.send();
  await few.release();
  await few.couriers.send();
  const late = endless(3, { ...FEW, perDestination: 4 });
  late.end();
  await late.couriers.send();
  await late.release();
  for (const { running, couriers } of [few, late]) {
    assert.deepEqual([running, couriers.working], [["0", "1", "2"], 0]);
  }
});

test("events that failed before never have all couriers of a destination", async () => {
  const { couriers, fresh, waiting, ended, end, resume, dismiss } = endless(1, { ...FEW, perDestination: 4 });
  for (let i = 0; i < 5; i++) {
    await couriers.send();
  }
  assert.deepEqual(fresh, [false, false, true, true]);
  end();
  waiting.splice(1, 1)[0]?.(); // of one that delivers any events
  await until(() => ended.length === 1);
  resume();
  await couriers.send();
  assert.deepEqual(fresh, [false, false, true, true, false]);
  await dismiss();
});

test("a courier that is stuck gets a replacement, within the limits", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const bounds = { ...FEW, perDestination: 2, stuckPerDestination: 3, stuckAtOnce: 5 };
  const one = endless(1, bounds);
  const two = endless(2, bounds);
  await one.couriers.send();
  await two.couriers.send();
  for (let i = 0; i < 10; i++) {
    t.mock.timers.tick(1_000);
  }
  assert.deepEqual(one.fresh, [false, true, true, true, true], "two and three that are stuck");
  assert.equal(two.running.length, 2 * 2 + 5);
  for (const { couriers, waiting, dismiss } of [one, two]) {
    await dismiss();
    await couriers.send();
    t.mock.timers.tick(1_000);
    assert.equal(waiting.length, couriers === one.couriers ? 2 : 4, "nobody is stuck any more");
    await dismiss();
  }
});

test("couriers that are stuck leave room for others among all", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const one = endless(1, IN_REQUEST);
  await one.couriers.send();
  for (let i = 0; i < 10; i++) {
    t.mock.timers.tick(1_000);
  }
  assert.equal(one.running.length, 6);
  const two = endless(2, IN_REQUEST);
  await two.couriers.send();
  for (let i = 0; i < 10; i++) {
    t.mock.timers.tick(1_000);
  }
  assert.equal(two.running.length, 6);
  await one.dismiss();
  await two.dismiss();
});

test("a courier that was stuck ends if another one took its place", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const bounds = { ...FEW, perDestination: 2, stuckPerDestination: 3, stuckAtOnce: 5 };
  const { couriers, waiting, running, dismiss } = endless(1, bounds);
  await couriers.send();
  for (let i = 0; i < 10; i++) {
    t.mock.timers.tick(1_000);
  }
  for (const release of waiting.splice(0)) {
    release();
  }
  t.mock.timers.reset();
  await until(() => waiting.length === 2);
  assert.deepEqual([running.length, couriers.working], [2 + 3 + 2, 2]);
  await dismiss();
});

test("addresses for which a service hangs hold up other messages for seconds only", async () => {
  const { service: hangs, release } = blocked();
  const mails = new Set<string>();
  const mail: Service = (payload, context) => {
    const { username = "" } = payload.data;
    return username.startsWith("user") ? hangs(payload, context) : void mails.add(username);
  };
  const { enrol } = await start({
    conf: confWith({ main: "email_service=mail", enrol: ENROL }),
    kdf: crowdKdf,
    services: { mail },
  });
  await signups(enrol, 6);
  await ok(enrol.signup(account("last")));
  await until(() => mails.has("last"));
  release();
  await enrol.close();
});

test("a courier of fresh events says nothing about the others", async () => {
  const { couriers, ended, dismiss } = endless(1, { ...FEW, perDestination: 4 }, false);
  for (let i = 0; i < 4; i++) {
    await couriers.send();
  }
  await dismiss();
  assert.equal(ended.length, 2);
});

test("under load, events of several commits are looked for together; after a rest, at once", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout", "Date"], now: 1e12 });
  const listed: number[] = []; // in milliseconds since the start
  const none = { delivered: 0, failed: 0, dead: 0, expired: 0, dropped: 0, more: false, nextDue: null };
  const dispatch = async () => {
    listed.push(Date.now() - 1e12);
    return { ok: true as const, cid: "", destinations: [], failures: [], ...none };
  };
  const platform = { requestBound: false };
  const settings = { dispatchIntervalMs: 0, onFault: assert.fail, waitUntil: undefined, platform };
  const dispatcher = new Dispatcher(dispatch, settings);
  const commits = async (every: number, count: number) => {
    for (let i = 0; i < count; i++) {
      dispatcher.kick();
      for (let ms = 0; ms < every; ms++) {
        t.mock.timers.tick(1);
        await new Promise((resolve) => setImmediate(resolve));
      }
    }
  };
  await commits(1, 100);
  const [first = 0] = listed;
  assert.deepEqual(listed.slice(0, 4), [first, first + 20, first + 40, first + 60]);
  await commits(100, 1);
  const before = listed.length;
  const rested = Date.now() - 1e12;
  await commits(5, 1);
  assert.equal(listed.length, before + 1);
  assert((listed.at(-1) ?? 0) - rested <= 1, `${listed} after ${rested}`);
});

test("an unreadable record stops no delivery, and is reported once", async () => {
  const { calls, service, release } = blocked();
  release();
  const store = memoryStore();
  const { enrol, faults } = await start({
    conf: crmOnly,
    kdf: crowdKdf,
    store,
    services: { crm: service },
    dispatchIntervalMs: 10,
  });
  await signups(enrol, 1);
  await until(() => calls.length === 1);
  const puts = [
    { key: "outbox/00/0000000000000/x", data: '{"v":1}' },
    { key: "pending/00/0000000000000/x", data: '{"v":1}' },
  ];
  await store.commit({ checks: [], puts, deletes: [] });
  for (let i = 0; i < 3; i++) {
    await ok(enrol.signup(account(`later${i}`)));
    await until(() => calls.length === 2 + i);
  }
  assert.match((await ok(enrol.dispatch())).damage ?? "", /^outbox\/00\/0000000000000\/x: /);
  assert.match((await ok(enrol.purge())).damage ?? "", /^pending\/00\/0000000000000\/x: /);
  await ok(enrol.purge());
  const told = faults.map((fault) => fault.message);
  assert.equal(told.filter((text) => text.includes("outbox/00/0000000000000/x: the key is damaged")).length, 1);
  assert.equal(told.filter((text) => text.includes("pending/00/0000000000000/x: the key is damaged")).length, 1);
  await enrol.close();
});
