// The one engine of this process, made by the first request that needs it: Next.js imports routes while it builds.

import { appendFileSync } from "node:fs";
import { createEnrol, sharedEnrol } from "@enrol-sso/enrol";
import { sqliteStore } from "@enrol-sso/enrol/stores/node-sqlite";
import { conf } from "./conf.ts";
import { mail } from "./mail.ts";

export const engine = sharedEnrol("app", () => {
  const { ENROL_KEY: secretKey, PUBLIC_URL: publicUrl = "http://localhost:3000" } = process.env;
  if (!secretKey) {
    throw new Error("ENROL_KEY is not set: it is in .env.local");
  }
  return createEnrol({
    conf,
    secretKey,
    store: sqliteStore("enrol.sqlite"),
    audit: (event) => appendFileSync("audit.jsonl", `${JSON.stringify(event)}\n`, { mode: 0o600 }),
    services: { mail: mail(publicUrl) },
  });
});
