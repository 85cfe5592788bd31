// The command on PostgreSQL, through either driver.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { createEnrol } from "@enrol-sso/enrol";
import { type PgPool, pgStore } from "@enrol-sso/enrol/stores/pg";
import { account, ok, SECRET_KEY } from "../../fixture.js";
import { temporary } from "./folder.js";
import { installed } from "./installed.js";
import { PostgresServer } from "./postgres-server.js";

const { Pool } = installed("pg") as { Pool: new (options: object) => PgPool & { end(): Promise<void> } };
const command = fileURLToPath(new URL("../../../dist/command/main.js", import.meta.url));
const conf = `export default {
  apps: "CRM",
  password: { expiry: 0, minComplexity: 0 },
  signup: { isApprovalNeeded: false, emailConfirmEnabled: false, emailWelcomeEnabled: false },
};`;

let server: PostgresServer;
before(async () => {
  server = await PostgresServer.start();
});
after(() => server?.stop());

for (const driver of ["pg", "postgres"]) {
  test(`upkeep and fsck with ${driver}`, async (t) => {
    const { path, remove } = temporary();
    t.after(remove);
    mkdirSync(path("node_modules"));
    const modules = dirname(installed.resolve("pg/package.json"));
    for (const name of driver === "pg" ? ["pg"] : ["postgres"]) {
      symlinkSync(`${dirname(modules)}/${name}`, path(`node_modules/${name}`));
    }
    writeFileSync(path("conf.mjs"), conf);
    const enrol = (...args: string[]) => {
      const env = { ...process.env, ENROL_SECRET_KEY: SECRET_KEY, ENROL_STORE: server.url() };
      return spawnSync(process.execPath, [command, ...args], { cwd: path("."), env, encoding: "utf8" });
    };
    const pool = new Pool({ connectionString: server.url() });
    t.after(() => pool.end());
    const engine = await createEnrol({
      conf: "[apps]\nall=CRM\nsignup_allowed=CRM\n",
      strict: false,
      secretKey: SECRET_KEY,
      store: pgStore(pool),
      audit: () => {},
    });
    await ok(engine.signup(account(`ada.${driver}`)));
    await engine.close();

    const upkeep = enrol("upkeep", "--conf", "conf.mjs");
    assert.equal(upkeep.status, 0, upkeep.stderr);
    assert.equal(JSON.parse(upkeep.stdout).more, false);
    const sound = enrol("fsck");
    assert.deepEqual([sound.status, sound.stdout], [0, ""], sound.stderr);
    await pool.query("DELETE FROM enrol_kv WHERE key LIKE 'name/%'", []);
    const damaged = enrol("fsck");
    assert.equal(damaged.status, 1, damaged.stderr);
    assert.match(damaged.stdout, /^user\/\w+: /m);
    assert.match(damaged.stderr, /in the database 127\.0\.0\.1\/postgres: keep a copy/);
    await pool.query("DELETE FROM enrol_kv", []);
  });
}

test("without a driver, the command says what to install", (t) => {
  const { path, remove } = temporary();
  t.after(remove);
  const env = { ...process.env, ENROL_SECRET_KEY: SECRET_KEY };
  const args = [command, "fsck", "--store", "postgres://ada@127.0.0.1/x"];
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: path("."), env, encoding: "utf8" });
  assert.deepEqual([status, stderr], [2, "enrol: a postgres:// URL needs a driver: npm install pg\n"]);
});

/** What fsck answers for a store that an argument names, or the variable. */
function refusal(by: string, url: string) {
  const env: NodeJS.ProcessEnv = { ...process.env, ENROL_SECRET_KEY: SECRET_KEY };
  const args = [command, "fsck"];
  if (by === "--store") {
    args.push(by, url);
  } else {
    env[by] = url;
  }
  return spawnSync(process.execPath, args, { env, encoding: "utf8" });
}

test("a password is not taken from the command line", () => {
  for (const url of [
    "postgres://ada:secret@127.0.0.1:1/x",
    "postgres://ada@127.0.0.1:1/x?password=secret",
    "postgresql://:secret@127.0.0.1:1/x",
    "postgres://ada@127.0.0.1:1/x?sslmode=require&sslpassword=secret",
  ]) {
    const { status, stderr } = refusal("--store", url);
    assert.equal(status, 2, url);
    assert.match(stderr, /^enrol: other users can read the password in --store: set ENROL_STORE .* PGPASSWORD/);
    assert.doesNotMatch(stderr, /secret/);
  }
});

test("a password that ends the host of the URL is refused and not repeated", () => {
  for (const url of [
    "postgres://ada:12/secret@127.0.0.1:1/x",
    "postgres://ada:secret?12@127.0.0.1:1/x",
    "postgresql://ada:12#secret@127.0.0.1:1/x",
    "postgres://ada/secret:12@127.0.0.1:1/x",
    "postgres://ada@127.0.0.1:1/x?password=12@secret",
  ]) {
    for (const by of ["--store", "ENROL_STORE"]) {
      const { status, stderr } = refusal(by, url);
      assert.equal(status, 2, url);
      assert.match(stderr, new RegExp(`^enrol: ${by} has a user or a password.*%2F.*%40`));
      assert.doesNotMatch(stderr, /secret|12/);
    }
  }
});
