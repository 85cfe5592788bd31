// next-route: its handlers, called as Next.js calls them, on a PostgreSQL server.

import assert from "node:assert/strict";
import { after, before, mock, test } from "node:test";
import type { Enrol } from "@enrol-sso/enrol";
import { ok, until } from "../fixture.js";
import { PostgresServer } from "../stores/runtimes/postgres-server.js";
import { importOf, newKey } from "./example.js";

interface Route {
  POST(request: Request): Promise<Response>;
}
interface Engine {
  engine(): Promise<Enrol>;
}

const password = "vexing otter lamps 9";
const ada = { username: "ada", password, email: "ada@example.com" };
const printed: string[] = [];

let server: PostgresServer;
let signup: Route;
let confirm: Route;

before(async () => {
  server = await PostgresServer.start();
  mock.method(console, "log", (line: string) => printed.push(line));
  mock.method(console, "error", () => {});
  [signup, confirm] = await Promise.all([
    importOf<Route>("next-route/app/api/signup/route.ts"),
    importOf<Route>("next-route/app/api/confirm/route.ts"),
  ]);
});

after(async () => {
  await (await engineOf()).close({ store: true });
  await server.stop();
});

/** The engine, from a module that is evaluated again for each query. */
async function engineOf(query = ""): Promise<Enrol> {
  return (await importOf<Engine>(`next-route/lib/enrol.ts${query}`)).engine();
}

function asked(body: unknown, headers: Record<string, string> = {}): Request {
  const all = { "content-type": "application/json", "x-forwarded-for": "198.51.100.9, 203.0.113.7", ...headers };
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return new Request("https://example.com/api/signup", { method: "POST", headers: all, body: text });
}

test("nothing is opened before a request, and a failed opening is tried again", async () => {
  const { statusText: _, status } = await signup.POST(asked(ada));
  assert.equal(status, 500);
  process.env["ENROL_KEY"] = newKey();
  process.env["DATABASE_URL"] = server.url("postgres", 1);
  assert.equal((await signup.POST(asked(ada))).status, 503);
  process.env["DATABASE_URL"] = server.url();
  process.env["SITE"] = "https://example.com";
});

test("a user signs up, and confirms with the token of the mail and the password", async () => {
  const answer = await signup.POST(asked(ada));
  assert.deepEqual([answer.status, Object.keys((await answer.json()) as object)], [200, ["cid"]]);
  const link = /To: ada@example\.com\n[^#]*https:\/\/example\.com\/confirm#([\w-]{32})\n/;
  await until(() => link.test(printed.join("\n")));
  const confirmToken = link.exec(printed.join("\n"))?.[1];

  const enrol = await engineOf();
  assert.equal((await confirm.POST(asked({ confirmToken }))).status, 400);
  assert.equal((await ok(enrol.get({ username: "ada" }))).user.signUpStatus, "before_confirmation");
  assert.equal((await confirm.POST(asked({ confirmToken, password }))).status, 200);
  assert.equal((await ok(enrol.get({ username: "ada" }))).user.signUpStatus, "final");
  assert.deepEqual(Object.keys(confirm), ["POST", "runtime"]);
});

test("the audit trail has the address that the proxy saw, not what a browser claims", () => {
  const trail = printed.filter((line) => line.startsWith("{")).join("\n");
  assert.match(trail, /"remote_addr":"203\.0\.113\.7"/);
  assert(!trail.includes("198.51.100.9"));
});

test("a hot reload keeps the engine", async () => {
  const [first, reloaded] = await Promise.all([engineOf(), engineOf("?reloaded")]);
  assert.notEqual(await importOf("next-route/lib/enrol.ts"), await importOf("next-route/lib/enrol.ts?reloaded"));
  assert.equal(reloaded, first);
});

test("a refusal has its codes, and texts in the browser's language", async () => {
  const answer = await signup.POST(asked({ username: "a b" }, { "accept-language": "es" }));
  assert.equal(answer.status, 422);
  assert.equal(answer.headers.get("content-language"), "es");
  const { subStatus, messages } = (await answer.json()) as { subStatus: string[]; messages: string[] };
  assert.deepEqual(subStatus, ["E001004", "E002005", "E003002"]);
  assert.equal(messages[0], "El nombre de usuario no puede contener espacios.");
});

test("a body that is not a JSON object is refused", async () => {
  assert.equal((await signup.POST(asked(ada, { "content-type": "text/plain" }))).status, 415);
  for (const body of ["{", "null", '"text"', '{"username":7}', JSON.stringify({ more: "x".repeat(70_000) })]) {
    assert.equal((await signup.POST(asked(body))).status, 400, body.slice(0, 20));
  }
});

test("a client with too many requests gets Retry-After", async () => {
  let answer: Response;
  let tries = 0;
  do {
    const confirmToken = "A".repeat(32);
    answer = await confirm.POST(asked({ confirmToken, password }, { "x-forwarded-for": "203.0.113.9" }));
    tries += 1;
  } while (answer.status === 400 && tries < 100);
  assert.equal(answer.status, 429);
  assert.match(answer.headers.get("retry-after") ?? "", /^[1-9]\d*$/);
});
