// Services that are functions: their arguments, and the effect of their answers.

import assert from "node:assert/strict";
import { test } from "node:test";
import { ConfigError, createEnrol, DeliveryError, memoryStore, type ServicePayload } from "@enrol-sso/enrol";
import { account, confWith, ok, refused, SECRET_KEY, start, until } from "../fixture.js";

test("a validation service decides, and gets the password", async () => {
  const payloads: ServicePayload[] = [];
  const { enrol } = await start({
    conf: confWith({ validation: "service=zato.sso.signup.validate,age" }),
    services: {
      age: (payload) => {
        payloads.push(payload);
        return payload.data.username === "young" ? { is_valid: false, sub_status: "E001001" } : { is_valid: true };
      },
    },
  });
  await ok(enrol.signup(account("old")));
  await refused(enrol.signup(account("young")), "E001001");
  const [payload] = payloads;
  assert(payload?.type === "user.validate");
  assert.equal(payload.data.password, account("old").password);
});

for (const [why, service] of [
  [
    "throws",
    () => {
      throw new Error("refused: correct horse battery is weak");
    },
  ],
  ["rejects", () => Promise.reject(new Error("refused: correct horse battery is weak"))],
] as const) {
  test(`a validation service that ${why} is a fault, without the password`, async () => {
    const { enrol } = await start({ conf: confWith({ validation: "service=age" }), services: { age: service } });
    await assert.rejects(enrol.signup(account("ada")), {
      code: "E901002",
      fault: "validation service age: refused: [redacted] is weak",
    });
  });
}

test("an invalid or oversized answer of a service is a fault", async () => {
  for (const answer of [undefined, "yes", { is_valid: "yes" }, { is_valid: true, more: "x".repeat(70_000) }, 5n]) {
    const { enrol } = await start({ conf: confWith({ validation: "service=age" }), services: { age: () => answer } });
    await assert.rejects(enrol.signup(account("ada")), { code: "E901002" });
  }
});

test("callbacks and messages are delivered in the background after a signup", async () => {
  const calls: [string, ServicePayload][] = [];
  const note = (name: string) => (payload: ServicePayload) => {
    calls.push([name, payload]);
  };
  const { enrol } = await start({
    conf: confWith({ main: "email_service=mail", signup: "callback_service_list=crm" }),
    services: { mail: note("mail"), crm: note("crm") },
  });
  const { confirmToken } = await ok(enrol.signup(account("ada")));
  await until(() => calls.length === 2);
  const byName = Object.fromEntries(calls);
  assert(byName["mail"]?.type === "user.message");
  assert.equal(byName["mail"].data.kind, "confirm");
  assert.equal(byName["mail"].data.to, "ada@example.com");
  assert.equal(byName["mail"].data.token, confirmToken.reveal());
  assert(byName["crm"]?.type === "user.signup");
  assert.equal(byName["crm"].data.sign_up_confirm_token, confirmToken.reveal());
  assert(!JSON.stringify(byName["crm"]).includes(account("ada").password));
  await enrol.close();
});

test("an event whose service failed is delivered when it is due again, with the same id", async () => {
  const tries: { id: string | undefined; at: number }[] = [];
  const { enrol, faults } = await start({
    conf: confWith({ signup: "callback_service_list=crm" }),
    services: {
      crm: (_, { headers }) => {
        tries.push({ id: headers["webhook-id"], at: Date.now() });
        if (tries.length === 1) {
          throw new Error("not now");
        }
      },
    },
    dispatchIntervalMs: 3_600_000, // so that only next_due can bring it about
  });
  await ok(enrol.signup(account("ada")));
  await until(() => tries.length === 2);
  assert.equal(tries[0]?.id, tries[1]?.id);
  assert(Number(tries[1]?.at) - Number(tries[0]?.at) >= 4_900);
  const [fault, ...others] = faults;
  assert(fault instanceof DeliveryError && others.length === 0);
  const { event, kind, service, failure, reason, tries: number, dead } = fault;
  assert.deepEqual(
    { event, kind, service, failure, reason, number, dead },
    {
      event: tries[0]?.id,
      kind: "callback",
      service: "crm",
      failure: "refused",
      reason: "not now",
      number: 1,
      dead: false,
    },
  );
  assert(Date.parse(fault.nextDue ?? "") <= Number(tries[1]?.at));
  await enrol.close();
});

test("more events than one dispatch takes are delivered without a timer", async () => {
  let delivered = 0;
  const { enrol } = await start({
    conf: confWith({ signup: "callback_service_list=crm" }),
    services: { crm: () => ++delivered },
  });
  await Promise.all(Array.from({ length: 50 }, (_, i) => enrol.signup(account(`user${i}`))));
  await until(() => delivered === 50);
  await enrol.close();
  assert.equal(delivered, 50);
});

test("events that another process left are delivered at start", async () => {
  const store = memoryStore();
  const conf = confWith({ signup: "callback_service_list=crm" });
  let up = false;
  let delivered = 0;
  const crm = () => {
    if (!up) {
      throw new Error("not now");
    }
    delivered++;
  };
  const first = await start({ store, conf, services: { crm } });
  await ok(first.enrol.signup(account("ada")));
  await first.enrol.close();
  up = true;
  const second = await start({ store, conf, services: { crm }, dispatchIntervalMs: 50 });
  await until(() => delivered === 1);
  await second.enrol.close();
});

test("a missing service is named at start", async () => {
  const conf = confWith({ main: "email_service=mail", signup: "callback_service_list=crm,https://example.com/hook" });
  await assert.rejects(start({ conf, services: { mail: () => {} } }), (error: unknown) => {
    assert(error instanceof ConfigError);
    assert.match(error.message, /"crm"/);
    assert.equal(error.notices.length, 1);
    return true;
  });
});

test("background faults without onFault print one line on the console", async (t) => {
  const write = t.mock.method(console, "error", () => {});
  let fails = false;
  const store = memoryStore();
  const enrol = await createEnrol({
    conf: confWith(),
    secretKey: SECRET_KEY,
    audit: () => {},
    store: {
      get: (keys) => store.get(keys),
      commit: (batch) => store.commit(batch),
      scan: (prefix, after, limit) => {
        if (fails) {
          throw new Error("gone");
        }
        return store.scan(prefix, after, limit);
      },
    },
    dispatchIntervalMs: 20,
    purgeIntervalMs: 0,
  });
  fails = true;
  await until(() => write.mock.callCount() > 0);
  assert.deepEqual(write.mock.calls[0]?.arguments, ["enrol: dispatch: scan: gone (E901002)"]);
  await enrol.close();
});
