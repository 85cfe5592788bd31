// upkeep: what cron jobs do for programs that run only during requests.

import { appendFileSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Conf } from "../conf/conf.js";
import { createEnrol } from "../index.node.js";
import type { Services } from "../services.js";
import { Mistake } from "./mistake.js";
import { openStore, readKey, type StoreOptions } from "./store.js";

interface Options extends StoreOptions {
  conf?: string | undefined;
  services?: string | undefined;
  audit?: string | undefined;
  "within-ms"?: string | undefined;
}

/** Does upkeep, and prints its report as JSON. */
export async function upkeep(options: Options): Promise<number> {
  if (options.conf === undefined) {
    throw new Mistake("upkeep: name the configuration with --conf");
  }
  const withinMs = Number(options["within-ms"] ?? 20_000);
  if (!Number.isInteger(withinMs) || withinMs < 0) {
    throw new Mistake("upkeep: --within-ms must be a whole number");
  }
  const secretKey = readKey(options);
  const conf = await readConf(options.conf);
  const services = options.services === undefined ? undefined : ((await exported(options.services)) as Services);
  const { store, close } = await openStore(options);
  const { audit: file } = options;
  const audit = (event: object) => {
    const line = `${JSON.stringify(event)}\n`;
    if (file === undefined) {
      process.stderr.write(line);
    } else {
      appendFileSync(file, line, { mode: 0o600 });
    }
  };
  try {
    const timers = { dispatchIntervalMs: 0, purgeIntervalMs: 0 };
    const enrol = await createEnrol({ conf, services, secretKey, store, audit, strict: false, ...timers });
    const report = await enrol.upkeep({ withinMs });
    await enrol.close();
    process.stdout.write(`${JSON.stringify(report)}\n`);
    return 0;
  } finally {
    await close();
  }
}

/** A configuration: text, or the object that a module exports. */
async function readConf(path: string): Promise<Conf | string> {
  if (/\.[cm]?[jt]s$/.test(path)) {
    return (await exported(path)) as Conf;
  }
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new Mistake(`the configuration cannot be read: ${(error as Error).message}`);
  }
}

/** The default export of a module. */
async function exported(path: string): Promise<unknown> {
  try {
    return ((await import(pathToFileURL(resolve(path)).href)) as { default: unknown }).default;
  } catch (error) {
    throw new Mistake(`${path} cannot be loaded: ${(error as Error).message}`);
  }
}
