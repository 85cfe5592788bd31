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
let route: Route;

before(async () => {
  server = await PostgresServer.start();
  mock.method(console, "log", (line: string) => printed.push(line));
  mock.method(console, "error", () => {});
  process.env["TRUSTED_PROXY"] = "1";
  route = await importOf<Route>("next-route/app/api/[operation]/route.ts");
});

after(async () => {
  await (await engineOf()).close({ store: true });
  await server.stop();
});

/** The engine, from a module that is evaluated again for each query. */
async function engineOf(query = ""): Promise<Enrol> {
  return (await importOf<Engine>(`next-route/lib/enrol.ts${query}`)).engine();
}

function asked(operation: string, body: unknown, headers: Record<string, string> = {}): Request {
  const all = { "content-type": "application/json", "x-forwarded-for": "198.51.100.9, 203.0.113.7", ...headers };
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return new Request(`https://example.com/api/${operation}`, { method: "POST", headers: all, body: text });
}

test("nothing is opened before a request, and a failed opening is tried again", async () => {
  const { statusText: _, status } = await route.POST(asked("signup", ada));
  assert.equal(status, 500);
  process.env["ENROL_KEY"] = newKey();
  process.env["DATABASE_URL"] = server.url("postgres", 1);
  assert.equal((await route.POST(asked("signup", ada))).status, 503);
  process.env["DATABASE_URL"] = server.url();
  process.env["SITE"] = "https://example.com";
});

test("a user signs up, and confirms with the token of the mail and the password", async () => {
  const answer = await route.POST(asked("signup", ada));
  assert.deepEqual([answer.status, Object.keys((await answer.json()) as object)], [200, ["cid", "status"]]);
  const link = /To: ada@example\.com\n[^#]*https:\/\/example\.com\/confirm#([\w-]{32})\n/;
  await until(() => link.test(printed.join("\n")));
  const token = link.exec(printed.join("\n"))?.[1];

  const enrol = await engineOf();
  assert.equal((await route.POST(asked("confirm", { token }))).status, 400);
  assert.equal((await ok(enrol.get({ username: "ada" }))).user.signUpStatus, "before_confirmation");
  assert.equal((await route.POST(asked("confirm", { token, password }))).status, 200);
  assert.equal((await ok(enrol.get({ username: "ada" }))).user.signUpStatus, "final");
  assert.deepEqual(Object.keys(route), ["OPTIONS", "POST", "runtime"]);
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

test("a refusal has its codes", async () => {
  const answer = await route.POST(asked("signup", { username: "a b", password: "short", email: "nobody" }));
  assert.equal(answer.status, 422);
  const { sub_status } = (await answer.json()) as { sub_status: string[] };
  assert.deepEqual(sub_status, ["E001004", "E002001", "E003002"]);
});

test("a body that is not a JSON object is refused", async () => {
  for (const body of ["{", "null", '"text"', '{"username":7}']) {
    assert.equal((await route.POST(asked("signup", body))).status, 400, body);
  }
  assert.equal((await route.POST(asked("signup", { more: "x".repeat(70_000) }))).status, 413);
});

test("without a proxy, what a client writes is no address", async () => {
  delete process.env["TRUSTED_PROXY"];
  const path = "next-route/app/api/[operation]/route.ts";
  const { POST } = await importOf<Route>(`${path}?without-proxy`);
  const token = "A".repeat(32);
  const statuses: number[] = [];
  for (let i = 0; i < 61 && statuses.at(-1) !== 429; i++) {
    const forged = { "x-forwarded-for": `198.51.100.${i}` };
    statuses.push((await POST(asked("confirm", { token, password }, forged))).status);
  }
  assert.equal(statuses.at(-1), 429);
});

test("a client with too many requests gets Retry-After", async () => {
  let answer: Response;
  let tries = 0;
  do {
    const token = "A".repeat(32);
    answer = await route.POST(asked("confirm", { token, password }, { "x-forwarded-for": "203.0.113.9" }));
    tries += 1;
  } while (answer.status === 400 && tries < 100);
  assert.equal(answer.status, 429);
  assert.match(answer.headers.get("retry-after") ?? "", /^[1-9]\d*$/);
});
