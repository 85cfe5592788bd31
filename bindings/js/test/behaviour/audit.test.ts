// The audit trail: its entries, and that no operation succeeds without it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { type AuditEvent, memoryStore } from "@enrol-sso/enrol";
import { account, ok, refused, start } from "../fixture.js";

test("a signup makes two entries, each with its time first", async () => {
  const { enrol, events } = await start();
  await ok(enrol.signup({ ...account("ada"), currentApp: "CRM", remoteAddr: "127.0.0.1, ::1", cid: "c" }));
  const { userId } = (await ok(enrol.get({ username: "ada" }))).user;
  for (const event of events) {
    assert.equal(Object.keys(event)[0], "time");
    assert.match(event.time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  }
  const extra = { current_app: "CRM", remote_addr: "127.0.0.1;::1" };
  assert.deepEqual(
    events.map(({ time: _, ...rest }) => rest),
    [
      { cid: "c", op: "user.signup", extra },
      { cid: "c", op: "user.create_user", target_user: userId, result: "ok", extra },
    ],
  );
});

test("client addresses can have ports and brackets, which are dropped", async () => {
  const { enrol, events } = await start();
  for (const [remoteAddr, kept] of [
    ["192.0.2.1:443", "192.0.2.1"],
    ["[2001:DB8::A]:443", "2001:db8::a"],
    ["[::1]", "::1"],
    ["fe80::1%eth0", "fe80::1"],
    ["::ffff:192.0.2.1", "192.0.2.1"], // from a socket that takes both
    [["[::1]:443", "192.0.2.1"], "::1;192.0.2.1"],
  ] as const) {
    events.length = 0;
    await enrol.confirm({ confirmToken: "none", remoteAddr });
    assert.equal(events[0]?.extra?.remote_addr, kept);
  }
  for (const remoteAddr of ["", "unknown", "localhost", "192.0.2.1:port", "[192.0.2.1]"]) {
    await refused(enrol.confirm({ confirmToken: "none", remoteAddr }), "E008002", "remoteAddr");
  }
  await enrol.close();
});

test("an object with an asynchronous append works", async () => {
  const events: AuditEvent[] = [];
  const audit = {
    async append(event: AuditEvent) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      events.push(event);
    },
  };
  const { enrol } = await start({ audit });
  await refused(enrol.signup({ ...account("ada"), password: "short" }), "E003002");
  assert.deepEqual(
    events.map(({ op, result, extra }) => [op, result, extra?.sub_status]),
    [
      ["user.signup", undefined, undefined],
      ["user.signup", "error", ["E003002"]],
    ],
  );
});

for (const [how, audit] of [
  [
    "throws",
    () => {
      throw new Error("disk full");
    },
  ],
  ["rejects", () => Promise.reject(new Error("disk full"))],
] as const) {
  test(`an operation fails, and writes nothing, if the trail ${how}`, async () => {
    const store = memoryStore();
    const { enrol } = await start({ store, audit });
    await assert.rejects(enrol.signup(account("ada")), { code: "E901002", fault: "audit: disk full" });
    await refused(enrol.get({ username: "ada" }), "E001100");
    assert.deepEqual(
      (await store.scan("", "", 100)).filter(({ key }) => !key.startsWith("meta/")),
      [],
    );
  });
}
