// The server: public routes of sign-ups, a login, and the pages in public.

import { appendFileSync } from "node:fs";
import { createEnrol } from "@enrol-sso/enrol";
import { clientAddressOf, handler } from "@enrol-sso/enrol/http";
import { sqliteStore } from "@enrol-sso/enrol/stores/node-sqlite";
import { type HttpBindings, serve } from "@hono/node-server";
import { serveStatic } from "@hono/node-server/serve-static";
import { Hono } from "hono";
import { conf } from "./conf.ts";
import { login } from "./login.ts";
import { mail } from "./mail.ts";

const port = Number(process.env.PORT ?? 3000);
const publicUrl = process.env.PUBLIC_URL ?? `http://localhost:${port}`;
const { ENROL_KEY: secretKey } = process.env;
if (!secretKey) {
  throw new Error("ENROL_KEY is not set: npm run dev reads it from .env");
}

const enrol = await createEnrol({
  conf,
  secretKey,
  store: sqliteStore("enrol.sqlite"),
  audit: (event) => appendFileSync("audit.jsonl", `${JSON.stringify(event)}\n`, { mode: 0o600 }),
  services: { mail: mail(publicUrl) },
});

const app = new Hono<{ Bindings: HttpBindings }>();
const handle = handler(enrol);
const addressOf = clientAddressOf();
app.all("/api/*", (c) => handle(c.req.raw, c.env));
app.post("/login", (c) => login(c.req.raw, enrol, addressOf(c.req.raw, c.env)));
app.use(
  "/*",
  serveStatic({ root: "public", rewriteRequestPath: (path) => (path === "/confirm" ? "/confirm.html" : path) }),
);

const server = serve({ fetch: app.fetch, port }, () => console.log(`listening on ${publicUrl}`));
for (const signal of ["SIGINT", "SIGTERM"]) {
  process.once(signal, async () => {
    server.close();
    await enrol.close({ store: true });
    process.exit();
  });
}
