#!/usr/bin/env node
// The command of this package, for people without Enrol's Go command: npx @enrol-sso/enrol.

import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { isError, messageOf } from "../realm.js";
import { newSecretKey } from "../secret-key.js";
import { fsck } from "./fsck.js";
import { Mistake } from "./mistake.js";
import { collect, pass } from "./program.js";
import { upkeep } from "./upkeep.js";

const HELP = `enrol: sign-ups for your applications

usage: npx @enrol-sso/enrol COMMAND

  conf init [FILE]       write an sso.conf to start with (default sso.conf)
  conf check FILE        print errors and warnings of an sso.conf, as FILE:line:column: message
  conf explain FILE      print every setting with its value, origin and meaning
  conf lint FILE         print weak, unused and contradictory settings
  key                    print a new secret key
  upkeep                 deliver events, remove expired records, finish a change of keys; for cron jobs
  fsck                   check the data for damage; nothing else may use the store meanwhile

conf explain and conf lint take --json: one JSON object per line. conf lint takes --strict: exit with 1
if there are findings of high or medium severity.

upkeep and fsck take:

  --store STORE          the path of a file of sqliteStore, or the postgres:// URL of a database (with
                         the package pg or postgres installed); else the variable ENROL_STORE
  --key-file FILE        the file of the secret key; else the variable ENROL_SECRET_KEY holds it

and upkeep also:

  --conf FILE            the configuration: an sso.conf, or a module whose default export is an object
  --services FILE        a module whose default export is the option services
  --audit FILE           where audit events go, one JSON object per line (default: standard error)
  --within-ms N          when to stop (default 20000)

The exit status is 0, 1 if something was found or is refused, 2 for a mistake in the arguments, the
configuration or the key, and 3 for a failure.

Functions that the option services has are not known to conf check: createEnrol checks them. enrol, the
command of the Go service, also checks the files that an sso.conf names.
`;

const OPTIONS = {
  json: { type: "boolean" },
  strict: { type: "boolean" },
  help: { type: "boolean", short: "h" },
  store: { type: "string" },
  "key-file": { type: "string" },
  conf: { type: "string" },
  services: { type: "string" },
  audit: { type: "string" },
  "within-ms": { type: "string" },
} as const;

type Option = keyof typeof OPTIONS;

/** What each command takes: its options, and the least and the most of its arguments. */
const COMMANDS: Readonly<Record<string, { options: readonly Option[]; least: number; most: number }>> = {
  "conf init": { options: [], least: 0, most: 1 },
  "conf check": { options: [], least: 1, most: 1 },
  "conf explain": { options: ["json"], least: 1, most: 1 },
  "conf lint": { options: ["json", "strict"], least: 1, most: 1 },
  key: { options: [], least: 0, most: 0 },
  upkeep: { options: ["store", "key-file", "conf", "services", "audit", "within-ms"], least: 0, most: 0 },
  fsck: { options: ["store", "key-file"], least: 0, most: 0 },
};

/** Runs the command and returns its exit status. */
async function main(words: string[]): Promise<number> {
  const { values, positionals } = parse(words);
  if (values.help || positionals[0] === "help" || positionals.length === 0) {
    (positionals.length === 0 && !values.help ? process.stderr : process.stdout).write(HELP);
    return positionals.length === 0 && !values.help ? 2 : 0;
  }
  const name = positionals.slice(0, positionals[0] === "conf" ? 2 : 1).join(" ");
  const args = positionals.slice(name.split(" ").length);
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command === undefined) {
    throw new Mistake(`there is no command ${JSON.stringify(name)}: npx @enrol-sso/enrol help lists them`);
  }
  for (const option of Object.keys(values) as Option[]) {
    if (!command.options.includes(option)) {
      throw new Mistake(`${name}: there is no option --${option}`);
    }
  }
  if (args.length < command.least || args.length > command.most) {
    throw new Mistake(args.length < command.least ? `${name}: an argument is missing` : `${name}: too many arguments`);
  }
  const [file = "sso.conf"] = args;
  switch (name) {
    case "conf init":
      return init(file);
    case "key":
      process.stdout.write(`${newSecretKey()}\n`);
      return 0;
    case "upkeep":
      return upkeep(values);
    case "fsck":
      return fsck(values);
    default: {
      const flags = (["json", "strict"] as const).filter((flag) => values[flag]).map((flag) => `--${flag}`);
      return pass([name.replace("conf ", ""), file, ...flags], [readConf(file)]);
    }
  }
}

function parse(args: string[]) {
  try {
    return parseArgs({ args, options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw new Mistake(isError(error) ? error.message : "the arguments cannot be read");
  }
}

function readConf(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new Mistake(`the configuration cannot be read: ${(error as Error).message}`);
  }
}

async function init(file: string): Promise<number> {
  const text = await collect(["init"]);
  try {
    writeFileSync(file, text, { flag: "wx", mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") {
      throw new Mistake(`${file} already exists and is not overwritten: name another file, or move it away`);
    }
    if ((error as NodeJS.ErrnoException).code === "ENOSPC") {
      rmSync(file, { force: true });
    }
    throw new Mistake(`the configuration cannot be written: ${(error as Error).message}`);
  }
  const lint = `npx @enrol-sso/enrol conf lint ${file}`;
  process.stderr.write(`enrol: wrote ${file}: make the decisions marked with DECIDE, then run ${lint}\n`);
  return 0;
}

main(process.argv.slice(2)).then(
  (status) => {
    process.exitCode = status;
  },
  (error: unknown) => {
    const message = messageOf(error);
    process.stderr.write(`enrol: ${message.replace(/^enrol: /, "").replace(/\s+/g, " ")}\n`);
    process.exitCode = error instanceof Mistake || (error as Error)?.name === "ConfigError" ? 2 : 3;
  },
);
