// The view of the accounts in PostgreSQL, through both drivers, on a server for the test.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, test } from "node:test";
import { createEnrol, type Enrol, newSecretKey } from "@enrol-sso/enrol";
import { type Connections, drivers } from "./postgres-drivers.js";
import { PostgresServer } from "./postgres-server.js";

const server = await PostgresServer.start();
const connections = Object.entries(drivers).map(([driver, connect]) => [driver, connect(server.url())] as const);
const [[, admin] = assert.fail()] = connections;
after(async () => {
  await Promise.all(connections.map(([, some]) => some.end()));
  await server.stop();
});
await server.ready(admin);

const COLUMNS = "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = 'enrol_accounts'";

const clear = () => admin.run("DROP TABLE IF EXISTS enrol_kv, enrol_schema, orders CASCADE");
const view = (of: Connections = admin) => of.run("SELECT * FROM enrol_accounts ORDER BY username");
const names = async () => (await view()).map(({ username }) => username);

/** An engine on a store with the view, in an empty database. */
async function start({ store }: Connections, encryptEmail: boolean): Promise<Enrol> {
  await clear();
  return createEnrol({
    conf: `[main]
encrypt_email=${encryptEmail ? "True" : "False"}
[password]
min_complexity=0
[apps]
all=CRM
signup_allowed=CRM
[enrol]
password_hash=pbkdf2-sha512
[hash_secret]
rounds=1000
`,
    strict: false,
    secretKey: newSecretKey(),
    store: store({ accountsView: true }),
    audit: () => {},
    dispatchIntervalMs: 0,
    purgeIntervalMs: 0,
  });
}

const person = (name: string, email = `${name}@example.com`) => {
  return { username: name, password: "correct horse battery", email, appList: ["CRM"] };
};

for (const [driver, connected] of connections) {
  test(`${driver}: the view follows the life of an account`, async () => {
    const enrol = await start(connected, false);
    const claim = await enrol.signup({ ...person("Ada"), displayName: "Ada L." });
    assert(claim.ok);
    const [before, ...others] = await view(connected);
    assert.deepEqual(others, []);
    const { sign_up_time: signedUp, user_id: id, ...rest } = before as Record<string, unknown>;
    assert(signedUp instanceof Date && typeof id === "string");
    assert.deepEqual(rest, {
      username: "Ada",
      email: "Ada@example.com",
      display_name: "Ada L.",
      current_app: "CRM",
      app_list: ["CRM"],
      sign_up_status: "before_confirmation",
      sign_up_confirm_time: null,
      approval_status: "before_decision",
      approval_status_mod_time: null,
      is_approval_needed: true,
      is_locked: false,
      locked_time: null,
    });
    const confirmed = await enrol.confirm({ confirmToken: claim.confirmToken });
    assert(confirmed.ok && confirmed.userId === id);
    assert((await enrol.admin().approve({ userId: id })).ok);
    assert((await enrol.admin().lock({ userId: id })).ok);
    const [now] = await view(connected);
    assert.deepEqual(
      [now?.["sign_up_status"], now?.["approval_status"], now?.["is_locked"]],
      ["final", "approved", true],
    );
    const answer = await enrol.get({ userId: id });
    assert(answer.ok);
    for (const [column, member] of [
      ["sign_up_time", "signUpTime"],
      ["sign_up_confirm_time", "signUpConfirmTime"],
      ["approval_status_mod_time", "approvalStatusModTime"],
      ["locked_time", "lockedTime"],
    ] as const) {
      const at = now?.[column] as Date;
      assert.equal(at.toISOString().slice(0, 19), answer.user[member]?.slice(0, 19), column);
    }
    await connected.run("CREATE TABLE orders (number integer, user_id text)");
    await connected.run(`INSERT INTO orders VALUES (7, '${id}'), (8, 'nobody')`);
    assert.deepEqual(
      [...(await connected.run("SELECT number, username FROM orders JOIN enrol_accounts USING (user_id)"))],
      [{ number: 7, username: "Ada" }],
    );
    await assert.rejects(connected.run("DELETE FROM enrol_accounts"));
    await enrol.close();
  });
}

test("the view has no sealed address, no void or expired claim and no rejected account", async () => {
  const enrol = await start(admin, true);
  const claim = await enrol.signup(person("ada"));
  assert(claim.ok);
  const confirmed = await enrol.confirm({ confirmToken: claim.confirmToken });
  assert(confirmed.ok);
  assert((await enrol.signup(person("eve", "ada@example.com"))).ok, "a void claim, for a taken address");
  assert.equal((await admin.run("SELECT FROM enrol_kv WHERE key LIKE 'user/%'")).length, 2);
  assert.deepEqual(
    (await view()).map(({ username, email }) => [username, email]),
    [["ada", null]],
  );
  assert((await enrol.admin().reject({ userId: confirmed.userId })).ok);
  assert((await enrol.signup(person("bob"))).ok);
  assert.deepEqual(await names(), ["bob"]);
  await admin.run(`
    UPDATE enrol_kv SET data = convert_to(regexp_replace(convert_from(data, 'UTF8'), '"expires":[0-9]+', '"expires":1'), 'UTF8')
    WHERE key LIKE 'user/%'`);
  assert.deepEqual(await names(), []);
  await enrol.close();
});

test("kv/postgres-accounts.sql makes the same view, and may run again; without the option there is none", async () => {
  const script = await readFile(new URL("../../../../../kv/postgres-accounts.sql", import.meta.url), "utf8");
  const described = async () => [
    await admin.run(COLUMNS),
    await admin.run(
      "SELECT pg_get_viewdef('enrol_accounts'), (SELECT reloptions FROM pg_class WHERE relname = 'enrol_accounts'), pg_get_indexdef('enrol_kv_accounts'::regclass)",
    ),
  ];
  await clear();
  await admin.store().get(["a"]);
  assert.deepEqual(await admin.run(COLUMNS), []);
  await Promise.all(Array.from({ length: 4 }, () => admin.store({ accountsView: true }).get(["a"])));
  const made = await described();
  assert.equal(made[0]?.length, 14);
  await admin.run(script);
  assert.deepEqual(await described(), made);
  await clear();
  await admin.store().get(["a"]);
  await admin.run(script);
  assert.deepEqual(await described(), made);
  await admin.store({ accountsView: true }).get(["a"]);
  const message = "enrol: accountsView must be true or false, not a number";
  assert.throws(() => admin.store({ accountsView: 1 as never }), { name: "TypeError", message });
});

test("a function in a query of the view sees no row that the view leaves out", async () => {
  const enrol = await start(admin, true);
  const claim = await enrol.signup(person("ada"));
  assert(claim.ok && (await enrol.confirm({ confirmToken: claim.confirmToken })).ok);
  assert((await enrol.signup(person("eve", "ada@example.com"))).ok, "a void claim, which is not in the view");
  await admin.run(`
    CREATE TABLE IF NOT EXISTS seen (username text);
    CREATE OR REPLACE FUNCTION look(username text) RETURNS boolean LANGUAGE plpgsql COST 0.0001 AS $$ BEGIN
      INSERT INTO seen VALUES (username);
      RETURN true;
    END $$`);
  assert.equal((await admin.run("SELECT FROM enrol_accounts WHERE look(username)")).length, 1);
  assert.deepEqual(await admin.run("SELECT * FROM seen"), [{ username: "ada" }]);
  await enrol.close();
});

test("a query by user_id and a lateral join by it use the index", async () => {
  await clear();
  await admin.store({ accountsView: true }).get(["a"]);
  await admin.run(`
    CREATE TABLE orders (number integer, user_id text);
    CREATE OR REPLACE FUNCTION plan(query text) RETURNS SETOF text LANGUAGE plpgsql SET enable_seqscan = off AS $$ BEGIN
      RETURN QUERY EXECUTE 'EXPLAIN ' || query;
    END $$`);
  for (const query of [
    "SELECT username FROM enrol_accounts WHERE user_id = 'x'",
    "SELECT * FROM orders, LATERAL (SELECT * FROM enrol_accounts AS a WHERE a.user_id = orders.user_id OFFSET 0) AS account",
  ]) {
    const plan = (await admin.run(`SELECT plan($q$${query}$q$) AS line`)).map(({ line }) => line).join("\n");
    assert.match(plan, /(using|Index Scan on) enrol_kv_accounts[\s\S]*Index Cond/, query);
  }
});
