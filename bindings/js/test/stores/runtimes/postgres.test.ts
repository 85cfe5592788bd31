// The store on PostgreSQL, through both drivers, on a server for the test.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, test } from "node:test";
import type { Store } from "@enrol-sso/enrol";
import { suite } from "../node.js";
import { hammer } from "../suite/hammer.js";
import { verify } from "../suite/verify.js";
import { type Loss, LossyWay } from "./lossy.js";
import { type Connections, drivers } from "./postgres-drivers.js";
import { PostgresServer } from "./postgres-server.js";
import { signUp } from "./signup.js";

const server = await PostgresServer.start();
const way = await LossyWay.start(server.port);
const connections: Connections[] = [];
const connect = (driver: string, url = server.url()) => {
  const some = (drivers[driver] as (typeof drivers)[string])(url);
  connections.push(some);
  return some;
};
const admin = connect("pg");
after(async () => {
  await Promise.all(connections.map((some) => some.end()));
  way.stop();
  await server.stop();
});
await server.ready(admin);

const put = (store: Store, key: string, data: string) =>
  store.commit({ checks: [], puts: [{ key, data }], deletes: [] });
const clear = () => admin.run("DROP TABLE IF EXISTS enrol_kv, enrol_schema CASCADE");

for (const driver of Object.keys(drivers)) {
  const direct = connect(driver);
  const lossy = connect(driver, server.url("postgres", way.port));

  suite(driver, async () => {
    await clear();
    return direct.store();
  });

  test(`${driver}: an account signs up, gets its message and confirms`, async () => {
    await clear();
    await signUp(direct.store());
  });

  const lost = async (loss: Loss) => {
    await clear();
    const store = lossy.store();
    await put(store, "a", "before");
    way.loss = loss;
    const error = await Promise.resolve(put(store, "a", "after")).then(
      () => assert.fail("the connection was not lost"),
      (reason: Error) => reason,
    );
    const [value] = await store.get(["a"]); // on another connection
    await put(store, "b", "later");
    return { name: error.name, data: value?.data };
  };

  test(`${driver}: a connection lost before COMMIT arrives leaves the outcome unknown`, async () => {
    const got = await lost({ text: "COMMIT\0", when: "before" });
    assert.deepEqual(got, { name: "UnknownOutcomeError", data: "before" });
  });

  test(`${driver}: a connection lost before COMMIT is answered leaves the outcome unknown`, async () => {
    const got = await lost({ text: "COMMIT\0", when: "after" });
    assert.deepEqual(got, { name: "UnknownOutcomeError", data: "after" });
  });

  test(`${driver}: a connection lost earlier is a failure, and nothing was applied`, async () => {
    for (const text of ["BEGIN", "pg_advisory", "WITH failed"]) {
      for (const when of ["before", "after"] as const) {
        const got = await lost({ text, when });
        assert.notEqual(got.name, "UnknownOutcomeError");
        assert.equal(got.data, "before", `${when} ${text}`);
      }
    }
  });

  test(`${driver}: a read whose connection is lost is repeated once`, async () => {
    await clear();
    const store = lossy.store();
    await put(store, "a", "1");
    for (const when of ["before", "after"] as const) {
      way.loss = { text: "SELECT key", when };
      assert.equal((await store.get(["a"]))[0]?.data, "1");
      way.loss = { text: "SELECT key", when };
      assert.deepEqual(
        (await store.scan("", "", 10)).map(({ key }) => key),
        ["a"],
      );
      way.loss = { text: "SELECT key", when, times: 2 };
      await assert.rejects(async () => store.get(["a"]));
      assert.equal(way.loss, undefined, "it was tried twice");
    }
    way.loss = { text: "server_encoding", when: "before" };
    assert.equal((await lossy.store().get(["a"]))[0]?.data, "1", "the first read of a store");
  });

  test(`${driver}: the first operation after the server ended the connection reads and writes`, async () => {
    await clear();
    const store = connect(driver, `${server.url()}?application_name=ended-${driver}`).store();
    assert.deepEqual(await store.get(["a"]), [null]);
    const ended = await admin.run(
      `SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity WHERE application_name = 'ended-${driver}'`,
    );
    assert.equal(ended.length, 1);
    assert.deepEqual(await store.get(["a"]), [null]);
    assert.equal(await put(store, "a", "1"), true);
  });

  test(`${driver}: a server that is not there is a failure`, async () => {
    const store = connect(driver, "postgres://enrol@127.0.0.1:1/postgres").store();
    await assert.rejects(async () => store.get(["a"]), { code: "ECONNREFUSED" });
    await assert.rejects(async () => put(store, "a", "1"), { code: "ECONNREFUSED" });
  });

  test(`${driver}: a commit waits for others up to its limit, and then reports contention`, async () => {
    await clear();
    const store = direct.store({ lockTimeoutMs: 200 });
    await put(store, "a", "1");
    const held = connect("pg").run(
      `BEGIN; SELECT pg_advisory_xact_lock_shared(hashtextextended('a' COLLATE "C", 7813)); SELECT pg_sleep(2); COMMIT`,
    );
    await new Promise((resolve) => setTimeout(resolve, 500));
    await assert.rejects(async () => put(store, "a", "2"), { name: "ConflictError", message: /more than 200 ms/ });
    const checks = [{ key: "a", version: "other" }];
    assert.equal(await store.commit({ checks, puts: [], deletes: [] }), false, "checks share the lock");
    await held;
    assert.equal(await put(store, "a", "2"), true);
  });

  test(`${driver}: a table that something else locked is a failure, not contention`, async () => {
    await clear();
    const store = direct.store({ lockTimeoutMs: 200 });
    await put(store, "a", "1");
    const held = connect("pg").run("BEGIN; LOCK TABLE enrol_kv IN SHARE MODE; SELECT pg_sleep(2); COMMIT");
    await new Promise((resolve) => setTimeout(resolve, 500));
    await assert.rejects(async () => put(store, "a", "2"), {
      name: "StoreError",
      code: "unavailable",
      message: /enrol_kv .* 200 ms/,
    });
    await held;
    assert.equal(await put(store, "a", "2"), true);
  });

  test(`${driver}: a statement that takes too long is a failure`, async () => {
    await clear();
    const store = direct.store({ statementTimeoutMs: 300 });
    await put(store, "a", "1");
    const held = connect("pg").run("BEGIN; LOCK TABLE enrol_kv IN SHARE MODE; SELECT pg_sleep(2); COMMIT");
    await new Promise((resolve) => setTimeout(resolve, 500));
    await assert.rejects(async () => put(store, "a", "2"), { code: "57014" });
    await held;
    assert.equal((await store.get(["a"]))[0]?.data, "1");
  });

  // More commits than the pool has connections, so that one that is not given back would be missed.
  const refused = async (store: Store, code: string) => {
    for (let i = 0; i < 12; i++) {
      await assert.rejects(async () => put(store, "b", "2"), { code });
    }
  };

  test(`${driver}: a transaction that the server does not begin gives its connection back`, {
    timeout: 120_000,
  }, async () => {
    await clear();
    await direct.store().get(["a"]);
    await admin.run(`
      DROP ROLE IF EXISTS humble;
      CREATE ROLE humble LOGIN;
      GRANT SELECT ON enrol_schema TO humble;
      GRANT SELECT, INSERT, UPDATE, DELETE ON enrol_kv TO humble;
      REVOKE EXECUTE ON FUNCTION set_config FROM PUBLIC`);
    const store = connect(driver, server.url().replace("enrol@", "humble@")).store();
    await refused(store, "42501"); // insufficient_privilege
    await admin.run("GRANT EXECUTE ON FUNCTION set_config TO PUBLIC");
    assert.equal(await put(store, "a", "1"), true);
    await clear();
  });

  test(`${driver}: an error with the code of a lost connection costs none that is open`, {
    timeout: 120_000,
  }, async () => {
    await clear();
    const store = connect(driver).store();
    await put(store, "a", "1");
    for (const code of ["08006", "57P01", "25P04"]) {
      await admin.run(`
        CREATE OR REPLACE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
          RAISE 'as if the connection was lost' USING ERRCODE = '${code}';
        END $$;
        CREATE OR REPLACE TRIGGER fail BEFORE INSERT ON enrol_kv FOR EACH ROW EXECUTE FUNCTION fail()`);
      await refused(store, code);
    }
    await admin.run("DROP TRIGGER fail ON enrol_kv");
    assert.equal(await put(store, "a", "2"), true);
    assert.equal((await store.get(["a"]))[0]?.data, "2");
  });

  for (const [failures, outcome] of [
    [4, "applied"],
    [5, "ConflictError"],
  ] as const) {
    test(`${driver}: after ${failures} serialization failures a commit is: ${outcome}`, async () => {
      await clear();
      const store = direct.store();
      await put(store, "a", "1");
      await admin.run(`
        DROP SEQUENCE IF EXISTS tries;
        CREATE SEQUENCE tries;
        CREATE OR REPLACE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
          IF nextval('tries') <= ${failures} THEN RAISE 'others were first' USING ERRCODE = '40001'; END IF;
          RETURN NEW;
        END $$;
        CREATE TRIGGER fail BEFORE INSERT ON enrol_kv FOR EACH ROW EXECUTE FUNCTION fail()`);
      const got = await Promise.resolve(put(store, "b", "2")).then(
        () => "applied",
        (error: Error) => error.name,
      );
      assert.equal(got, outcome);
      const tries = Number((await admin.run("SELECT last_value FROM tries"))[0]?.["last_value"]);
      assert.equal(tries, 5);
    });
  }
}

// As if a statement of the transaction had failed unseen.
for (const driver of Object.keys(drivers)) {
  test(`${driver}: a COMMIT that the server answers with ROLLBACK is a failure`, async () => {
    await clear();
    const store = connect(driver, server.url("postgres", way.port)).store();
    await put(store, "a", "1");
    way.undoes = true;
    await assert.rejects(async () => put(store, "a", "2"), { name: "Error", message: /COMMIT with ROLLBACK, nothing/ });
    assert.equal(way.undoes, false);
    assert.equal((await store.get(["a"]))[0]?.data, "1");
    assert.equal(await put(store, "a", "3"), true);
  });
}

test("pg: the loss of an idle connection does not end the process", async () => {
  await clear();
  const some = connect("pg", `${server.url()}?application_name=idle`);
  const store = some.store();
  await put(store, "a", "1");
  const idle = "FROM pg_stat_activity WHERE application_name = 'idle'";
  assert.equal((await admin.run(`SELECT pg_terminate_backend(pid) ${idle}`)).length, 1);
  while ((await admin.run(`SELECT pid ${idle}`)).length > 0) {
    // It ends.
  }
  await new Promise((resolve) => setTimeout(resolve, 100)); // until the pool knows
  assert.equal((await store.get(["a"]))[0]?.data, "1");
});

test("pg: a commit that no standby has is unknown", { timeout: 120_000 }, async () => {
  const alone = await PostgresServer.start();
  const some = (drivers["pg"] as (typeof drivers)[string])(alone.url());
  try {
    await alone.ready(some);
    const store = some.store({ statementTimeoutMs: 60_000 });
    await put(store, "a", "1");
    await some.run("ALTER SYSTEM SET synchronous_standby_names = 'nobody'"); // every transaction waits from now on
    await some.run("SELECT pg_reload_conf()");
    let outcome = "";
    const committing = (async () => {
      for (let key = 0; ; key++) {
        await put(store, String(key), "1"); // until the processes of the server have the setting
      }
    })().catch((error: Error) => {
      outcome = `${error.name}: ${error.message}`;
    });
    while (outcome === "") {
      await some.run("SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'");
    }
    await committing;
    assert.match(outcome, /^UnknownOutcomeError: .*standbys/);
  } finally {
    await some.end();
    await alone.stop();
  }
});

test("programs with different drivers share a database", async () => {
  await clear();
  verify(
    await hammer([admin.store(), connect("postgres").store(), admin.store()], { workers: 15, calls: 100, seed: 2 }),
  );
});

test("many programs may open an empty database at once", async () => {
  await clear();
  const stores = Array.from({ length: 8 }, (_, i) => connect(i % 2 ? "pg" : "postgres").store());
  const values = await Promise.all(stores.map((store) => store.get(["a"])));
  assert.deepEqual(values, Array(8).fill([null]));
  assert.deepEqual(await admin.run("SELECT version FROM enrol_schema"), [{ version: 1 }]);
});

test("kv/postgres.sql makes the same table", async () => {
  const describe = () =>
    admin.run(`
      SELECT table_name, column_name, data_type, collation_name, is_nullable, ordinal_position,
        (SELECT string_agg(indexdef, ';') FROM pg_indexes WHERE tablename = table_name) AS indexes
      FROM information_schema.columns WHERE table_name LIKE 'enrol%' ORDER BY 1, 6`);
  await clear();
  await admin.store().get(["a"]);
  const made = await describe();
  await clear();
  await admin.run(await readFile(new URL("../../../../../kv/postgres.sql", import.meta.url), "utf8"));
  assert.deepEqual(await describe(), made);
  assert.equal(made.length, 5);
  assert.equal(await put(admin.store(), "a", "1"), true);
});

test("a table of a newer version is refused", async () => {
  await clear();
  await admin.store().get(["a"]);
  await admin.run("UPDATE enrol_schema SET version = 2");
  await assert.rejects(async () => admin.store().get(["a"]), {
    code: "newer",
    message: /schema is 2, known up to 1/,
  });
});

test("a database with the other guard is refused", async () => {
  await clear();
  await admin.store().get(["a"]);
  await admin.run("UPDATE enrol_schema SET version = 2, guard = 'serializable'");
  await assert.rejects(async () => admin.store().get(["a"]), {
    code: "unsuitable",
    message: /use guard=serializable/,
  });
});

test("tables from before there were two guards are used", async () => {
  await clear();
  await admin.store().get(["a"]);
  await admin.run("ALTER TABLE enrol_schema DROP COLUMN guard");
  assert.equal(await put(admin.store(), "a", "1"), true);
});

test("a database that is not in UTF-8 is refused", async () => {
  await admin.run("CREATE DATABASE old ENCODING 'SQL_ASCII' LOCALE_PROVIDER libc LOCALE 'C' TEMPLATE template0");
  const store = connect("pg", server.url("old")).store();
  await assert.rejects(async () => store.get(["a"]), { code: "unsuitable", message: /SQL_ASCII: create one/ });
});

test("commits are durable before anybody sees them, also where the server is set not to be", async () => {
  await clear();
  await admin.run("CREATE DATABASE hasty");
  await admin.run("ALTER DATABASE hasty SET synchronous_commit = off");
  const { store: open, run } = connect("postgres", server.url("hasty"));
  const store = open();
  await put(store, "a", "1");
  await run(`
    CREATE TABLE seen (setting text);
    CREATE FUNCTION see() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      INSERT INTO seen VALUES (current_setting('synchronous_commit'));
      RETURN NEW;
    END $$;
    CREATE TRIGGER see BEFORE INSERT ON enrol_kv FOR EACH ROW EXECUTE FUNCTION see()`);
  await put(store, "b", "2");
  assert.deepEqual(await run("SELECT setting FROM seen"), [{ setting: "on" }]);
});
