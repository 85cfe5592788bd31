// The command of the packed package, installed as its users have it.

import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { folder, pack, project } from "./project.js";

let remove = async () => {};
let path = "";

before(async () => {
  const parent = await folder();
  ({ remove } = parent);
  path = await project(parent.path, await pack(parent.path), { "package.json": '{ "type": "module" }' });
});

after(() => remove());

interface Ran {
  status: number | string | null | undefined;
  stdout: string;
  stderr: string;
}

/** Runs npx enrol in the project. */
function enrol(args: string[], env: Record<string, string> = {}): Promise<Ran> {
  const options = { cwd: path, env: { ...process.env, ...env }, timeout: 120_000 };
  return new Promise((resolve) => {
    const command = join(path, "node_modules/.bin/enrol");
    execFile(command, args, options, (error, stdout, stderr) => {
      resolve({ status: error ? error.code : 0, stdout, stderr });
    });
  });
}

const write = (name: string, text: string) => writeFile(join(path, name), text);

test("conf init writes a file that conf check and lint read", async () => {
  const made = await enrol(["conf", "init", "new.conf"]);
  assert.deepEqual([made.status, made.stdout], [0, ""], made.stderr);
  assert.match(made.stderr, /^enrol: wrote new\.conf: make the decisions marked with DECIDE/);
  assert.equal((await stat(join(path, "new.conf"))).mode & 0o777, 0o600);
  const recommended = new URL("../../../../host/internal/advice/recommended.conf", import.meta.url);
  assert.equal(await readFile(join(path, "new.conf"), "utf8"), await readFile(recommended, "utf8"));
  const again = await enrol(["conf", "init", "new.conf"]);
  assert.equal(again.status, 2);
  assert.match(again.stderr, /new\.conf already exists and is not overwritten/);

  const checked = await enrol(["conf", "check", "new.conf"]);
  assert.deepEqual([checked.status, checked.stderr], [0, ""]);
  assert.match(checked.stdout, /^new\.conf:\d+:\d+: warning: neither main\.email_service/);
  const linted = await enrol(["conf", "lint", "--json", "new.conf"]);
  assert.equal(linted.status, 0);
  assert.equal(typeof JSON.parse(linted.stdout.split("\n")[0] ?? "").severity, "string");
});

test("conf check, explain and lint print what enrol prints", async () => {
  await write("bad.conf", "[apps]\ndefault=Billing\n");
  const bad = await enrol(["conf", "check", "bad.conf"]);
  assert.deepEqual([bad.status, bad.stderr], [2, "enrol: bad.conf: 1 error\n"]);
  assert.match(bad.stdout, /^bad\.conf:2:9: apps\.default: /);
  await write("a.conf", "[apps]\nall = CRM, 'HR, old'\n[password]\nmin_length=8\n");
  const { stdout } = await enrol(["conf", "explain", "a.conf"]);
  assert(stdout.startsWith("[main]\nencrypt_email = True  (default of the original)\n    E-mail addresses are sealed"));
  assert(stdout.includes('\n\n[apps]\nall = CRM, "HR, old"  (a.conf:2:7)\n'));
  const strict = await enrol(["conf", "lint", "--strict", "a.conf"]);
  assert.equal(strict.status, 1);
  assert.match(strict.stdout, /^a\.conf:4:12: high: password\.min_length is 8: .* \[min-length; NIST SP 800-63B-4/m);
  assert.match(strict.stderr, /^enrol: a\.conf: \d+ findings of high or medium severity\n$/);
  assert.equal((await enrol(["conf", "check", "missing.conf"])).status, 2);
});

test("mistakes in the arguments have the exit status 2", async () => {
  for (const args of [
    [],
    ["frob"],
    ["conf"],
    ["conf", "frob"],
    ["conf", "check"],
    ["conf", "check", "--strict", "a.conf"],
    ["key", "a"],
    ["--frob"],
    ["fsck"],
    ["upkeep"],
  ]) {
    const { status, stdout, stderr } = await enrol(args, { ENROL_STORE: "", ENROL_SECRET_KEY: "" });
    assert.deepEqual([status, stdout], [2, ""], args.join(" "));
    assert.match(stderr, /^enrol: /);
  }
  assert.match((await enrol(["--help"])).stdout, /usage: npx @enrol-sso\/enrol COMMAND/);
});

test("key, upkeep and fsck work on the store of a program", async (t) => {
  if (Number(process.versions.node.split(".")[0]) < 22) {
    return t.skip("node:sqlite needs Node 22.13");
  }
  const key = (await enrol(["key"])).stdout;
  assert.match(key, /^k\d{8}-[0-9a-f]{4}:[\w-]{43}\n$/);
  await writeFile(join(path, "enrol.key"), key, { mode: 0o600 });
  await write(
    "conf.js",
    `export default {
      apps: "CRM",
      hashSecret: { rounds: 1000 },
      password: { expiry: 0 },
      main: { emailService: "mail" },
      signup: { isApprovalNeeded: false },
      enrol: { passwordHash: "pbkdf2-sha512" },
    };`,
  );
  await write(
    "services.js",
    'import { appendFileSync } from "node:fs";\n' +
      'export default { mail: ({ data }) => appendFileSync("mails.txt", data.kind + "\\n") };',
  );
  await write(
    "program.js",
    `import { readFileSync } from "node:fs";
    import { createEnrol } from "@enrol-sso/enrol";
    import { sqliteStore } from "@enrol-sso/enrol/stores/node-sqlite";
    import conf from "./conf.js";
    const store = sqliteStore("enrol.sqlite");
    const down = () => { throw new Error("down"); };
    const enrol = await createEnrol({
      conf, store, secretKey: readFileSync("enrol.key", "utf8").trim(), audit: () => {}, onFault: () => {},
      services: { mail: down }, dispatchIntervalMs: 0,
    });
    const answer = await enrol.signup({ username: "ada", password: "correct horse battery", email: "ada@example.com" });
    if (!answer.ok) throw new Error(answer.reasons.join());
    await enrol.close({ store: true });`,
  );
  const program = spawn(process.execPath, ["--no-warnings", "program.js"], { cwd: path, stdio: "inherit" });
  assert.deepEqual((await once(program, "exit"))[0], 0);

  const store = ["--store", "enrol.sqlite", "--key-file", "enrol.key"];
  const sound = await enrol(["fsck", ...store]);
  assert.deepEqual([sound.status, sound.stdout, sound.stderr.includes("problem")], [0, "", false], sound.stderr);
  const upkeep = await enrol([
    "upkeep",
    "--conf",
    "conf.js",
    "--services",
    "services.js",
    "--audit",
    "audit",
    ...store,
  ]);
  assert.equal(upkeep.status, 0, upkeep.stderr);
  assert.equal(typeof JSON.parse(upkeep.stdout).delivered, "number");

  const { DatabaseSync } = await import("node:sqlite");
  const database = new DatabaseSync(join(path, "enrol.sqlite"));
  database.prepare("DELETE FROM enrol_kv WHERE key LIKE 'name/%'").all();
  database.close();
  const damaged = await enrol(["fsck", "--store", "enrol.sqlite"], { ENROL_SECRET_KEY: key });
  assert.equal(damaged.status, 1, damaged.stderr);
  assert.match(damaged.stdout, /^user\/\w+: /m);
  assert.match(damaged.stderr, /enrol: \d+ problems? in enrol\.sqlite: keep a copy of the data/);
  const wrong = await enrol(["fsck", "--store", "enrol.sqlite"], { ENROL_SECRET_KEY: (await enrol(["key"])).stdout });
  assert.equal(wrong.status, 2, wrong.stdout);
  assert(!wrong.stderr.includes(key.split(":")[1]?.trim() ?? ""));
  assert.equal((await enrol(["fsck", "--store", "none.sqlite", "--key-file", "enrol.key"])).status, 2);
});
