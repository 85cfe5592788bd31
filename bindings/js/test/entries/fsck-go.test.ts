// fsck of the package next to fsck of Enrol's Go command: on the same damaged database, both find the same.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, symlinkSync } from "node:fs";
import { dirname } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { createEnrol } from "@enrol-sso/enrol";
import { type PgPool, pgStore } from "@enrol-sso/enrol/stores/pg";
import { account, confWith, ok, SECRET_KEY } from "../fixture.js";
import { temporary } from "../stores/runtimes/folder.js";
import { installed } from "../stores/runtimes/installed.js";
import { PostgresServer } from "../stores/runtimes/postgres-server.js";

const { Pool } = installed("pg") as { Pool: new (options: object) => PgPool & { end(): Promise<void> } };
const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const go = at("../../../../build/enrol"); // make build/enrol
const js = at("../../dist/command/main.js");

let server: PostgresServer;
before(async () => {
  server = await PostgresServer.start();
});
after(() => server?.stop());

/** Each damages what is under the prefix of a key, in SQL. */
const DAMAGES = {
  "nothing is damaged": "SELECT 1",
  "a name is missing": "DELETE FROM enrol_kv WHERE key = (SELECT min(key) FROM enrol_kv WHERE key LIKE 'name/%')",
  "tokens are missing": "DELETE FROM enrol_kv WHERE key LIKE 'token/%'",
  "an account is unreadable":
    "UPDATE enrol_kv SET data = '{' WHERE key = (SELECT max(key) FROM enrol_kv WHERE key LIKE 'user/%')",
  "a key is unknown": "UPDATE enrol_kv SET key = 'frob/' || key WHERE key LIKE 'pending/%'",
};

test("both commands find the same damage in a database", async (t) => {
  const { path, remove } = temporary();
  const pool = new Pool({ connectionString: server.url() });
  t.after(async () => {
    await pool.end();
    remove();
  });
  mkdirSync(path("node_modules"));
  symlinkSync(dirname(installed.resolve("pg/package.json")), path("node_modules/pg"));
  const fsck = (program: string, ...args: string[]) => {
    const env = { ...process.env, ENROL_SECRET_KEY: SECRET_KEY, ENROL_STORE: server.url() };
    const { status, stdout, stderr, error } = spawnSync(program, [...args, "fsck"], {
      cwd: path("."),
      env,
      encoding: "utf8",
    });
    assert.equal(error, undefined, `${program}: run make build/enrol`);
    return { status, found: stdout, count: /\d+ problems?/.exec(stderr)?.[0], stderr };
  };
  await server.ready({ run: (sql) => pool.query(sql, []) });
  const enrol = await createEnrol({
    conf: confWith(),
    strict: false,
    secretKey: SECRET_KEY,
    store: pgStore(pool),
    audit: () => {},
  });
  for (const name of ["ada", "grace", "mary"]) {
    const { confirmToken } = await ok(enrol.signup(account(name)));
    if (name === "ada") {
      await ok(enrol.confirm({ confirmToken }));
    }
  }
  await enrol.close();
  const seen = new Set<string>();
  for (const [name, sql] of Object.entries(DAMAGES)) {
    await pool.query(sql, []);
    const { stderr: ourWords, ...ours } = fsck(process.execPath, js);
    const { stderr: theirWords, ...theirs } = fsck(go);
    assert.deepEqual(ours, theirs, `${name}: ${ourWords}${theirWords}`);
    assert.equal(ours.status, name === "nothing is damaged" ? 0 : 1, `${name}: ${ourWords}`);
    seen.add(ours.found);
  }
  assert.equal(seen.size, Object.keys(DAMAGES).length, "each damage shows");
});
