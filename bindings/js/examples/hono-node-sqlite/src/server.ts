// The server: an engine on a SQLite file, and the app around it.

import { existsSync } from "node:fs";
import { appendFile } from "node:fs/promises";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { createEnrol } from "@enrol-sso/enrol";
import { type Mail, mailService } from "@enrol-sso/enrol/mail";
import { sqliteStore } from "@enrol-sso/enrol/stores/node-sqlite";
import { serve } from "@hono/node-server";
import { createApp } from "./app.ts";
import { conf, rules } from "./conf.ts";

const { ENROL_KEY, PORT = "3000", SITE = `http://localhost:${PORT}`, DATA = "." } = process.env;
if (!ENROL_KEY) {
  console.error('ENROL_KEY is not set. For a start: export ENROL_KEY="$(npm run --silent key)"');
  process.exit(2);
}

/**
 * Sends a mail. Here it is printed: call your mail service instead. Only mails have a
 * confirm token: it is for the owner of the address, and for nobody who typed it.
 */
async function send({ to, subject, text }: Mail): Promise<void> {
  console.log(`\nTo: ${to}\nSubject: ${subject}\n\n${text}\n`);
}

const enrol = await createEnrol({
  conf,
  secretKey: ENROL_KEY,
  store: sqliteStore(`${DATA}/enrol.sqlite`),
  audit: (event) => appendFile(`${DATA}/audit.jsonl`, `${JSON.stringify(event)}\n`),
  services: { mail: mailService(send, { publicUrl: SITE }) },
});
for (const { message } of enrol.notices) {
  console.warn(message);
}

const folder = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const folders = [folder("../pages"), folder("../../browser-form/dist")].filter(existsSync);
const server = serve({ fetch: createApp({ enrol, rules, folders }).fetch, port: Number(PORT) }, ({ port }) =>
  console.log(`listening on http://localhost:${port}`),
);

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => server.close(() => enrol.close({ store: true })));
}
