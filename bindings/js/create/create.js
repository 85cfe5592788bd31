#!/usr/bin/env node
// Makes a project from a template: npm create @enrol-sso DIRECTORY -- --template hono

import { randomBytes } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { createInterface } from "node:readline/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

/** Where each template has its secrets, and its sources. */
const TEMPLATES = {
  hono: { secrets: ".env", sources: "src" },
  next: { secrets: ".env.local", sources: "lib" },
  workers: { secrets: ".dev.vars", sources: "src" },
};
const NAMES = Object.keys(TEMPLATES).join(", ");

const USAGE = `usage: npm create @enrol-sso DIRECTORY -- --template TEMPLATE

  --template TEMPLATE   ${NAMES}
  --enrol VERSION       the version of @enrol-sso/enrol, or a path of a tarball (default: that of this command)
`;

async function main() {
  const options = { template: { type: "string" }, enrol: { type: "string" }, help: { type: "boolean", short: "h" } };
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  if (values.help) {
    process.stdout.write(USAGE);
    return;
  }
  const directory = positionals[0] ?? (await ask("Directory", "my-app"));
  const template = values.template ?? (await ask(`Template (${NAMES})`, "hono"));
  if (positionals.length > 1 || !Object.hasOwn(TEMPLATES, template)) {
    throw new Error(
      `${positionals.length > 1 ? "there are too many arguments" : `there is no template ${JSON.stringify(template)}`}\n${USAGE}`,
    );
  }
  const path = resolve(directory);
  const name = basename(path).toLowerCase();
  if (!/^[a-z0-9][a-z0-9._-]{0,63}$/.test(name)) {
    throw new Error("the name of the directory must be letters, digits and . _ - only, since it names the project");
  }
  if (existsSync(path) && readdirSync(path).length > 0) {
    throw new Error(`${directory} is not empty: name another directory`);
  }
  make(path, name, template, values.enrol);
  process.stdout.write(
    `${directory} is ready:\n\n  cd ${directory}\n  npm install\n  npm run dev\n\n` +
      `Its secret key is in ${TEMPLATES[template].secrets}, which git ignores: keep a copy of it.\n`,
  );
}

/** Asks at a terminal; elsewhere, what is missing is a mistake. */
async function ask(what, proposal) {
  if (!process.stdin.isTTY) {
    throw new Error(`an argument is missing\n${USAGE}`);
  }
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await terminal.question(`${what} [${proposal}]: `);
  terminal.close();
  return answer.trim() || proposal;
}

function make(path, name, template, enrol) {
  const templates = fileURLToPath(new URL("templates/", import.meta.url));
  mkdirSync(path, { recursive: true });
  cpSync(join(templates, "shared"), path, { recursive: true });
  cpSync(join(templates, "sources"), join(path, TEMPLATES[template].sources), { recursive: true });
  cpSync(join(templates, template), path, { recursive: true });
  renameSync(join(path, "gitignore"), join(path, ".gitignore")); // npm leaves out files of that name

  const file = join(path, "package.json");
  const project = JSON.parse(readFileSync(file, "utf8"));
  const own = JSON.parse(readFileSync(new URL("package.json", import.meta.url), "utf8"));
  project.name = name;
  project.dependencies["@enrol-sso/enrol"] = enrol ?? `^${own.version}`;
  writeFileSync(file, `${JSON.stringify(project, null, 2)}\n`);
  writeFileSync(join(path, TEMPLATES[template].secrets), `ENROL_KEY=${newSecretKey()}\n`, { mode: 0o600 });
}

/** Draws a secret key, as newSecretKey of @enrol-sso/enrol does. */
function newSecretKey() {
  const date = new Date().toISOString().slice(0, 10).replaceAll("-", "");
  return `k${date}-${randomBytes(2).toString("hex")}:${randomBytes(32).toString("base64url")}`;
}

main().catch((error) => {
  process.stderr.write(`create-enrol: ${error.message}\n`);
  process.exitCode = 2;
});
