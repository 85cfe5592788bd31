// The server: public routes of sign-ups, a login, and the pages in public.

import { appendFileSync } from "node:fs";
import { createEnrol } from "@enrol-sso/enrol";
import { handler, readPosted } from "@enrol-sso/enrol/http";
import { sqliteStore } from "@enrol-sso/enrol/stores/node-sqlite";
import { serve } from "@hono/node-server";
import { serveStatic } from "@hono/node-server/serve-static";
import { Hono } from "hono";
import { conf } from "./conf.ts";
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

const app = new Hono();
const handle = handler(enrol);
app.all("/api/*", (c) => handle(c.req.raw, c.env));
app.post("/login", async (c) => {
  const { members, refusal } = await readPosted(c.req.raw);
  if (refusal) {
    return refusal;
  }
  const { username, password } = members;
  if (typeof username !== "string" || typeof password !== "string") {
    return c.json({ sub_status: ["E008002"] }, 400);
  }
  const remoteAddr = (c.env as { incoming?: { socket: { remoteAddress?: string } } }).incoming?.socket.remoteAddress;
  const answer = await enrol.verify({ username, password, remoteAddr });
  // Start your session here.
  return answer.ok ? c.json({ username: answer.user.username }) : c.json({ sub_status: answer.subStatus }, 401);
});
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
