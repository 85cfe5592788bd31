// The command of the package next to Enrol's Go command: the same arguments and files, the same output and exit status.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const go = at("../../../../build/enrol"); // make build/enrol
const js = at("../../dist/command/main.js");
const path = mkdtempSync(join(tmpdir(), "enrol-command-"));
after(() => rmSync(path, { recursive: true, force: true }));

/** What the two deliberately do not have in common. */
const DIFFERENCES = {
  /** conf check of the Go command also checks services, which are URLs there, and the files that an sso.conf names. */
  checked:
    /: (main\.email_service|signup\.callback_service_list|enrol\.mail_templates): .*(is not a URL|cannot be read)/,
  /** The reason why a file cannot be read or written is in the words of Go or of Node. */
  reason: /(cannot be (?:read|written)): .*/,
  /** What conf init advises to run next. */
  program: /npx @enrol-sso\/enrol conf/,
};

const FILES: Readonly<Record<string, string | Buffer>> = {
  "recommended.conf": readFileSync(at("../../../../host/internal/advice/recommended.conf")),
  "empty.conf": "",
  "list.conf": "[apps]\nall = CRM, 'HR, old'\n[password]\nmin_length=8\n",
  "wrong.conf": "[apps]\ndefault=Billing\n",
  "types.conf": "[password]\nmin_length=abc\nfrob=1\n[frob]\nx=y\n[apps]\nall=CRM\nall=HR\n",
  "broken.conf": "[main\nx",
  "bytes.conf": Buffer.from([0xff, 0xfe, 0x5b]),
  "large.conf": `#${"x".repeat(1_100_000)}\n`,
  "long.conf": `[password]\nreject_list=${Array.from({ length: 20_000 }, (_, i) => `word${i}`).join(", ")}\n`,
};
const SERVICES = {
  "services.conf":
    "[main]\nemail_service=mailer\n[signup]\ncallback_service_list=crm.new\n[apps]\nall=CRM\nsignup_allowed=CRM\n",
  "files.conf": "[main]\nsmtp_conn=smtp://localhost\n[enrol]\nmail_templates=missing\n",
};
for (const [name, text] of Object.entries({ ...FILES, ...SERVICES })) {
  writeFileSync(join(path, name), text);
}

/** Runs either command. */
function run(program: string, args: readonly string[]) {
  const env = { ...process.env, ENROL_STORE: "", ENROL_SECRET_KEY: "" };
  const all = program === js ? [js, ...args] : args;
  const options = { cwd: path, env, encoding: "utf8", maxBuffer: 1 << 28 } as const;
  const { status, stdout, stderr, error } = spawnSync(program === js ? process.execPath : program, all, options);
  assert.equal(error, undefined, `${program}: run make build/enrol`);
  return { status, stdout, stderr };
}

const same = (args: readonly string[]) => {
  const [ours, theirs] = [run(js, args), run(go, args)];
  assert.deepEqual(ours, theirs, args.join(" "));
  return ours;
};

const ALL = Object.keys({ ...FILES, ...SERVICES });
const SOME = ["recommended.conf", "list.conf", "wrong.conf"];
for (const [command, files, ...expected] of [
  ["check", Object.keys(FILES), 0, 2],
  ["explain", ALL, 0, 2],
  ["explain --json", SOME, 0, 2],
  ["lint", ALL, 0, 2],
  ["lint --json", SOME, 0, 2],
  ["lint --json --strict", SOME, 1, 2],
] as const) {
  test(`conf ${command} prints the same about each configuration`, () => {
    const statuses = files.map((name) => same(["conf", ...command.split(" "), name]).status);
    assert.deepEqual([...new Set(statuses)].sort(), expected);
  });
}

test("conf check of the Go command says more about services and files only", () => {
  for (const name of Object.keys(SERVICES)) {
    const [ours, theirs] = [run(js, ["conf", "check", name]), run(go, ["conf", "check", name])];
    assert.deepEqual([ours.status, ours.stderr, theirs.status], [0, "", 2], name);
    const rest = theirs.stdout.split("\n").filter((line) => !DIFFERENCES.checked.test(line));
    assert.equal(rest.join("\n"), ours.stdout, name);
  }
});

test("a file that cannot be read has the same error, up to its reason", () => {
  for (const args of [
    ["conf", "check", "missing.conf"],
    ["conf", "lint", "."],
    ["conf", "explain", "missing.conf"],
    ["conf", "init", "missing/new.conf"],
  ]) {
    const [ours, theirs] = [run(js, args), run(go, args)].map(({ status, stdout, stderr }) => {
      return { status, stdout, stderr: stderr.replace(DIFFERENCES.reason, "$1") };
    });
    assert.deepEqual(ours, theirs, args.join(" "));
  }
});

test("conf init writes the same file, and overwrites none", () => {
  const made = [js, go].map((program, i) => {
    const name = `new${i}.conf`;
    const first = run(program, ["conf", "init", name]);
    const again = run(program, ["conf", "init", name]);
    const { mode } = statSync(join(path, name));
    const printed = [first, again].map(({ status, stdout, stderr }) => {
      return [status, stdout, stderr.replace(DIFFERENCES.program, "enrol conf").replaceAll(name, "new.conf")];
    });
    return { printed, mode, text: readFileSync(join(path, name), "utf8") };
  });
  assert.deepEqual(made[0], made[1]);
});

test("mistakes in the arguments have the same exit status, in words of their own", () => {
  for (const args of [
    ["conf"],
    ["conf", "frob"],
    ["conf", "check"],
    ["conf", "check", "empty.conf", "list.conf"],
    ["conf", "check", "--strict", "empty.conf"],
    ["conf", "init", "a", "b"],
    ["fsck", "--frob"],
    ["frob"],
    [],
  ]) {
    const [ours, theirs] = [run(js, args), run(go, args)];
    assert.deepEqual([ours.status, ours.stdout], [2, ""], args.join(" "));
    assert.deepEqual([theirs.status, theirs.stdout], [2, ""], args.join(" "));
  }
});
