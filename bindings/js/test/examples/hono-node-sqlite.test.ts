// hono-node-sqlite: its server over HTTP, and its app with a configuration
// without pauses.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { after, before, test } from "node:test";
import { createEnrol, type Enrol, type EnrolOptions, type MessagePayload } from "@enrol-sso/enrol";
import { messageService } from "@enrol-sso/enrol/services";
import { sqliteStore } from "@enrol-sso/enrol/stores/node-sqlite";
import { until } from "../fixture.js";
import { importOf, post, Server } from "./example.js";

const password = "vexing otter lamps 9";
const ada = { username: "ada", password, email: "ada@example.com" };

let server: Server;
before(async () => {
  server = await Server.start();
});
after(() => server?.stop());

test("a user signs up, and confirms with the token of the mail and the password", async () => {
  const answer = await server.post("/api/signup", ada);
  const text = await answer.text();
  assert.equal(answer.status, 200, text);
  assert.deepEqual(Object.keys(JSON.parse(text)), ["cid"]);
  const confirmToken = await server.tokenFor(ada.email);

  const page = await fetch(`${server.url}/confirm?token=${confirmToken}`);
  assert.equal(page.status, 200);
  assert.match(await page.text(), /<button type="submit">Confirm<\/button>/);
  assert.equal((await fetch(`${server.url}/api/confirm?confirmToken=${confirmToken}`)).status, 404);
  assert.equal((await server.accountOf("ada")).signUpStatus, "before_confirmation");

  const without = await server.post("/api/confirm", { confirmToken });
  assert.equal(without.status, 400);
  const confirmed = await server.post("/api/confirm", { confirmToken, password });
  assert.deepEqual([confirmed.status, Object.keys((await confirmed.json()) as object)], [200, ["cid"]]);
  const account = await server.accountOf("ada");
  assert.deepEqual([account.signUpStatus, account.email], ["final", ada.email]);
});

test("no answer reveals that a name or an address is taken; their owners get a mail", async () => {
  for (const [taken, subject] of [
    [{ ...ada, email: "eve@example.com" }, "To: eve@example.com\nSubject: Choose another username"],
    [{ ...ada, username: "eve" }, "To: ada@example.com\nSubject: You already have an account"],
  ] as const) {
    const answer = await server.post("/api/signup", taken);
    assert.deepEqual([answer.status, Object.keys((await answer.json()) as object)], [200, ["cid"]]);
    await until(() => server.printed.includes(subject));
  }
});

test("a refusal has its codes, and texts in the browser's language", async () => {
  const wrong = { username: "a b", password: "short", email: "nobody" };
  const answer = await server.post("/api/signup", wrong, { "accept-language": "fr;q=0.5, de-AT" });
  assert.equal(answer.status, 422);
  assert.equal(answer.headers.get("content-language"), "de");
  const { subStatus, messages } = (await answer.json()) as { subStatus: string[]; messages: string[] };
  assert.deepEqual(subStatus, ["E001004", "E002001", "E003002"]);
  assert.equal(messages[0], "Der Benutzername darf keine Leerzeichen enthalten.");
});

test("a body that is not a JSON object, or has other types, is refused", async () => {
  const headers = { "content-type": "text/plain" };
  assert.equal((await server.post("/api/signup", ada, headers)).status, 415);
  const url = `${server.url}/api/signup`;
  for (const body of ["{", "null", "7", '{"username":7,"password":"","email":[]}']) {
    const json = { "content-type": "application/json" };
    const answer = await fetch(url, { method: "POST", headers: json, body });
    assert.equal(answer.status, 400, body);
    assert.deepEqual(((await answer.json()) as { subStatus: string[] }).subStatus, ["E008002"]);
  }
  assert.equal((await server.post("/api/signup", { ...ada, more: "x".repeat(70_000) })).status, 413);
});

test("a repeated request is answered as the first was, and another with its key is refused", async () => {
  const bea = { username: "bea", password, email: "bea@example.com" };
  const headers = { "idempotency-key": crypto.randomUUID() };
  const first = await (await server.post("/api/signup", bea, headers)).text();
  assert.equal(await (await server.post("/api/signup", bea, headers)).text(), first);
  assert.equal((await server.post("/api/signup", { ...bea, username: "other" }, headers)).status, 409);
});

test("a client with too many requests gets Retry-After; the limit counts by connection", async () => {
  let answer: Response;
  let asked = 0;
  do {
    const email = `load${asked}@example.com`;
    const forged = { "x-forwarded-for": `203.0.113.${asked}` };
    answer = await server.post("/api/signup", { username: `load${asked}`, password, email }, forged);
    asked += 1;
  } while (answer.status === 200 && asked < 40);
  assert.equal(answer.status, 429);
  assert.match(answer.headers.get("retry-after") ?? "", /^[1-9]\d*$/);
  const { messages } = (await answer.json()) as { messages: string[] };
  assert.deepEqual(messages, ["Too many attempts. Please try again later."]);
  const trail = readFileSync(`${server.data}/audit.jsonl`, "utf8");
  assert.match(trail, /"op":"user\.signup".*"remote_addr":"[^"]*(127\.0\.0\.1|::1)"/);
  assert(!trail.includes("203.0.113."));
});

test("the configuration for pages contains only rules", async () => {
  const rules = await (await fetch(`${server.url}/rules.conf`)).text();
  assert.match(rules, /^min_length=12$/m);
  assert(!/email_service|rate_|_from=/.test(rules));
  assert(!rules.includes(server.key));
});

test("pages may run only scripts of the server", async () => {
  const { headers } = await fetch(`${server.url}/confirm.html`);
  const policy = headers.get("content-security-policy") ?? "";
  assert.equal(policy, "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; frame-ancestors 'none'");
  assert.equal(headers.get("referrer-policy"), "no-referrer");
});

test("a resent message has another token, which confirms too", async () => {
  const { sent, url, close } = await quick();
  const cleo = { username: "cleo", password, email: "cleo@example.com" };
  assert.equal((await post(`${url}/api/signup`, cleo)).status, 200);
  await until(() => sent.length === 1);
  const unknown = await post(`${url}/api/resend`, { username: "nobody", email: "nobody@example.com" });
  const again = await post(`${url}/api/resend`, { username: "cleo", email: "cleo@example.com" });
  for (const answer of [unknown, again]) {
    assert.deepEqual([answer.status, Object.keys((await answer.json()) as object)], [200, ["cid"]]);
  }
  await until(() => sent.length === 2);
  assert.notEqual(sent[1]?.token, sent[0]?.token);
  assert.equal((await post(`${url}/api/confirm`, { confirmToken: sent[1]?.token, password })).status, 200);
  await close();
});

test("a store that fails is a fault, and the answer reveals nothing", async (context) => {
  const told = context.mock.method(console, "error", () => {});
  const store = sqliteStore(":memory:");
  const { url, close } = await quick({ store });
  store.close?.();
  const answer = await post(`${url}/api/signup`, ada, { "accept-language": "en" });
  assert.equal(answer.status, 503);
  const { messages } = (await answer.json()) as { messages: string[] };
  assert.deepEqual(messages, ["The service is not available at the moment. Please try again shortly."]);
  assert.match(String(told.mock.calls[0]?.arguments[0]), /the store is closed/); // the operator learns why
  await close();
});

/** The app in this process, without pauses between messages, which are kept here. */
async function quick(options: Partial<EnrolOptions> = {}) {
  const sent: MessagePayload["data"][] = [];
  const { conf, rules } = await importOf<{ conf: string; rules: string }>("hono-node-sqlite/src/conf.ts");
  const enrol = await createEnrol({
    conf: conf.replace("[enrol]", "[enrol]\nresend_cooldown=0\nmessage_cooldown=0"),
    secretKey: server.key,
    store: sqliteStore(":memory:"),
    audit: () => {},
    services: { mail: messageService((message) => sent.push(message)) },
    onFault: () => {},
    ...options,
  });
  interface App {
    createApp(options: { enrol: Enrol; rules: string; folders: string[] }): { fetch: unknown };
  }
  const { createApp } = await importOf<App>("hono-node-sqlite/src/app.ts");
  const { serve } = await importOf<{ serve: (options: object) => import("node:http").Server }>(
    "hono-node-sqlite/node_modules/@hono/node-server/dist/index.mjs",
  );
  const listening = serve({ fetch: createApp({ enrol, rules, folders: [] }).fetch, port: 0 });
  await new Promise((resolve) => listening.once("listening", resolve));
  const close = async () => {
    listening.close();
    listening.closeAllConnections();
    await enrol.close();
  };
  return { sent, url: `http://localhost:${(listening.address() as AddressInfo).port}`, close };
}
