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
  assert.deepEqual(Object.keys(JSON.parse(text)), ["cid", "status"]);
  const token = await server.tokenFor(ada.email);

  const page = await fetch(`${server.url}/confirm?token=${token}`);
  assert.equal(page.status, 200);
  assert.match(await page.text(), /<button type="submit">Confirm<\/button>/);
  assert.equal((await fetch(`${server.url}/api/confirm?token=${token}`)).status, 405);
  assert.equal((await server.accountOf("ada")).signUpStatus, "before_confirmation");

  const without = await server.post("/api/confirm", { token });
  assert.equal(without.status, 400);
  const confirmed = await server.post("/api/confirm", { token, password });
  assert.deepEqual([confirmed.status, Object.keys((await confirmed.json()) as object)], [200, ["cid", "status"]]);
  const account = await server.accountOf("ada");
  assert.deepEqual([account.signUpStatus, account.email], ["final", ada.email]);
});

test("no answer reveals that a name or an address is taken; their owners get a mail", async () => {
  for (const [taken, subject] of [
    [{ ...ada, email: "eve@example.com" }, "To: eve@example.com\nSubject: Choose another username"],
    [{ ...ada, username: "eve" }, "To: ada@example.com\nSubject: You already have an account"],
  ] as const) {
    const answer = await server.post("/api/signup", taken);
    assert.deepEqual([answer.status, Object.keys((await answer.json()) as object)], [200, ["cid", "status"]]);
    await until(() => server.printed.includes(subject));
  }
});

test("a refusal has its codes, and the confirm page the client with their texts", async () => {
  const wrong = { username: "a b", password: "short", email: "nobody" };
  const answer = await server.post("/api/signup", wrong);
  assert.equal(answer.status, 422);
  const { sub_status } = (await answer.json()) as { sub_status: string[] };
  assert.deepEqual(sub_status, ["E001004", "E002001", "E003002"]);
  const client = await fetch(`${server.url}/enrol/client/index.js`);
  assert.deepEqual([client.status, client.headers.get("content-type")?.split(";")[0]], [200, "text/javascript"]);
});

test("a body that is not a JSON object, or has other types, is refused", async () => {
  const url = `${server.url}/api/signup`;
  for (const body of ["{", "null", "7", '{"username":7,"password":"","email":[]}']) {
    const json = { "content-type": "application/json" };
    const answer = await fetch(url, { method: "POST", headers: json, body });
    assert.equal(answer.status, 400, body);
    assert.deepEqual(((await answer.json()) as { sub_status: string[] }).sub_status, ["E008002"]);
  }
  assert.equal((await server.post("/api/signup", { ...ada, more: "x".repeat(70_000) })).status, 413);
});

test("a repeated request is answered as the first was, and another with its key is another", async () => {
  const bea = { username: "bea", password, email: "bea@example.com" };
  const headers = { "idempotency-key": crypto.randomUUID() };
  const first = await (await server.post("/api/signup", bea, headers)).text();
  assert.equal(await (await server.post("/api/signup", bea, headers)).text(), first);
  const other = await server.post("/api/signup", { ...bea, username: "other" }, headers);
  assert.equal(other.status, 200);
  assert.notEqual(await other.text(), first);
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
  const { sub_status } = (await answer.json()) as { sub_status: string[] };
  assert.deepEqual(sub_status, ["E901001"]);
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
    assert.deepEqual([answer.status, Object.keys((await answer.json()) as object)], [200, ["cid", "status"]]);
  }
  await until(() => sent.length === 2);
  assert.notEqual(sent[1]?.token, sent[0]?.token);
  assert.equal((await post(`${url}/api/confirm`, { token: sent[1]?.token, password })).status, 200);
  await close();
});

test("a store that fails is a fault, and the answer reveals nothing", async (context) => {
  const told = context.mock.method(console, "error", () => {});
  const store = sqliteStore(":memory:");
  const { url, close } = await quick({ store });
  store.close?.();
  const answer = await post(`${url}/api/signup`, ada);
  assert.equal(answer.status, 503);
  const { sub_status } = (await answer.json()) as { sub_status: string[] };
  assert.deepEqual(sub_status, ["E901002"]);
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
