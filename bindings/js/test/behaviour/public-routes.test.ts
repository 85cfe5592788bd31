// What the handler of public routes does besides what tests/contract compares with the Go server.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { type ClientHttp2Session, connect as connectHttp2, createServer as createHttp2Server } from "node:http2";
import { type AddressInfo, connect } from "node:net";
import { afterEach, type TestContext, test } from "node:test";
import { ConfigError, type Enrol, type EnrolOptions, memoryStore, type Store } from "@enrol-sso/enrol";
import {
  type ClientAddress,
  clientAddressOf,
  type Handler,
  type HandlerOptions,
  handler,
  readPosted,
  toNodeHandler,
} from "@enrol-sso/enrol/http";
import { confWith, start } from "../fixture.js";

const safe = confWith({ enrol: "password_hash=pbkdf2-sha512\nbind_apps=True" }).replace(
  "inform_if_user_exists=True",
  "",
);
const ada = { username: "ada", password: "correct horse battery", email: "ada@example.com" };

const open: Enrol[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((enrol) => enrol.close()));
});

/** A handler of an engine, and what it told the operator. */
async function routes(options: HandlerOptions = {}, engine: Partial<EnrolOptions> = {}) {
  const { enrol, events } = await start({ conf: safe, ...engine });
  open.push(enrol);
  const told: string[] = [];
  const handle = handler(enrol, { onFault: ({ message }) => told.push(message), ...options });
  return { enrol, events, told, handle };
}

function asked(path: string, body: unknown, headers: Record<string, string> = {}): Request {
  return new Request(`https://example.com/api/${path}`, { method: "POST", headers, body: JSON.stringify(body) });
}

const codeOf = async (response: Response) => ((await response.json()) as { sub_status?: string[] }).sub_status?.[0];

test("no answer has a token, and the sign-up is to one application", async () => {
  const { handle, enrol } = await routes();
  const answer = await handle(asked("signup", ada));
  assert.deepEqual(Object.keys((await answer.json()) as object), ["cid", "status"]);
  const account = await enrol.get({ username: "ada" });
  assert(account.ok);
  assert.deepEqual(account.user.appList, ["CRM"]);
  assert.equal(answer.headers.get("strict-transport-security"), "max-age=31536000");
});

test("the routes are below another path, and nowhere else", async () => {
  const { handle } = await routes({ basePath: "/join/v1" });
  const post = (path: string) => handle(new Request(`http://example.com${path}`, { method: "POST", body: "{}" }));
  assert.equal((await post("/join/v1/validate")).status, 200);
  assert.equal((await post("/api/validate")).status, 404);
  assert.equal((await post("/join/v1")).status, 404);
});

test("the client address comes from what the runtime passes, and counts for limits and the audit trail", async () => {
  const { handle, events, told } = await routes({ limits: { resend: 1 } });
  const request = () =>
    asked("resend", { username: "ada", email: "ada@example.com" }, { "x-forwarded-for": "9.9.9.9" });
  const contexts = [
    [{ requestIP: () => ({ address: "192.0.2.1" }) }], // Bun
    [{ remoteAddr: { transport: "tcp", hostname: "192.0.2.2", port: 1 } }], // Deno
    [{ incoming: { socket: { remoteAddress: "::ffff:192.0.2.3" } } }], // Node
    [{ params: {} }, { incoming: { socket: { remoteAddress: "2001:db8::1" } } }],
  ];
  for (const context of contexts) {
    assert.equal((await handle(request(), ...context)).status, 200);
    assert.equal((await handle(request(), ...context)).status, 429);
  }
  const addresses = events.map((event) => JSON.stringify(event)).join("\n");
  for (const address of ["192.0.2.1", "192.0.2.2", "192.0.2.3", "2001:db8::1"]) {
    assert(addresses.includes(`"${address}"`), address);
  }
  assert(!addresses.includes("9.9.9.9"));
  assert.equal(told.length, 1, "the operator is told once of what may be a proxy");
  assert.match(told[0] ?? "", /X-Forwarded-For.*clientAddress/);
});

test("there is no warning of a proxy without one, or where the option names it", async () => {
  const connected = [{ remoteAddr: { hostname: "192.0.2.2" } }];
  const direct = await routes();
  await direct.handle(asked("validate", {}), ...connected);
  assert.deepEqual(direct.told, []);
  const proxied = await routes({ clientAddress: { header: "x-forwarded-for" } });
  await proxied.handle(asked("validate", {}, { "x-forwarded-for": "192.0.2.1" }), ...connected);
  assert.deepEqual(proxied.told, []);
  const unnamed = await routes({ clientAddress: "connection" });
  await unnamed.handle(asked("validate", {}, { forwarded: "for=192.0.2.1" }), ...connected);
  assert.equal(unnamed.told.length, 1);
});

test("a route of the program reads what its own pages post, and refuses the rest", async () => {
  const post = (body: BodyInit, headers: Record<string, string> = {}) =>
    readPosted(new Request("https://example.com/login", { method: "POST", headers, body }));
  const own = { "sec-fetch-site": "same-origin" };
  const read = await post('{"username":"ada","attempt":7}', own);
  assert.deepEqual(read, { members: { username: "ada", attempt: 7 } });
  assert.deepEqual(await post("{}", { origin: "https://example.com" }), { members: {} });
  for (const [body, headers, status, code] of [
    ["{}", { "sec-fetch-site": "cross-site" }, 403, "E005001"],
    ["{}", { "sec-fetch-site": "same-site" }, 403, "E005001"],
    ["{}", { origin: "https://evil.example" }, 403, "E005001"],
    ["{}", { origin: "null" }, 403, "E005001"],
    ["null", own, 400, "E008002"],
    ["[]", own, 400, "E008002"],
    ["username=ada", own, 400, "E008002"],
    ['{"username":"ada","username":"bea"}', own, 400, "E008002"],
    ["", own, 400, "E008002"],
    ["{}", { "content-encoding": "gzip" }, 415, "E008002"],
    [`{"username":"${"x".repeat(70_000)}"}`, own, 413, "E008002"],
  ] as const) {
    const { refusal } = await post(body, headers);
    assert(refusal, body.slice(0, 50));
    assert.deepEqual([refusal.status, await codeOf(refusal)], [status, code], body.slice(0, 50));
    assert.equal(refusal.headers.get("cache-control"), "no-store");
  }
});

test("without a client address, all clients share one limit, and one warning says so", async () => {
  const { handle, told } = await routes({ limits: { resend: 2 } });
  const statuses: number[] = [];
  for (const from of ["192.0.2.1", "192.0.2.2", "192.0.2.3"]) {
    statuses.push((await handle(asked("resend", {}, { "x-forwarded-for": from }))).status);
  }
  assert.deepEqual(statuses, [400, 400, 429]);
  assert.equal(told.length, 1);
  assert.match(told[0] ?? "", /clientAddress/);
});

test("a header of a proxy must be there, and the entry of the outermost trusted proxy counts", async () => {
  const { handle, events } = await routes({ clientAddress: { header: "X-Forwarded-For", proxies: 2 } });
  const post = (from?: string) => handle(asked("signup", ada, from === undefined ? {} : { "x-forwarded-for": from }));
  assert.equal((await post("6.6.6.6, 192.0.2.1, 10.0.0.1")).status, 200);
  assert.match(JSON.stringify(events), /"192\.0\.2\.1"/);
  for (const from of [undefined, "", "192.0.2.1", "nobody, 10.0.0.1"]) {
    assert.equal((await post(from)).status, 400, from);
  }
});

test("a function can find the client address, with all that was passed", async () => {
  const { handle, events } = await routes({
    clientAddress: (request, context) => `${(context as { net: string }).net}.${request.headers.get("x-host")}`,
  });
  assert.equal((await handle(asked("signup", ada, { "x-host": "7" }), { net: "192.0.2" })).status, 200);
  assert.match(JSON.stringify(events), /"192\.0\.2\.7"/);
});

test("routes of one's own find the same client address", () => {
  const addressed = (option: ClientAddress | undefined, from: string, ...context: unknown[]) =>
    clientAddressOf(option)(asked("login", {}, { "x-forwarded-for": from }), ...context);
  const proxies = { header: "x-forwarded-for", proxies: 2 };
  const node = { incoming: { socket: { remoteAddress: "::ffff:192.0.2.3" } } };
  assert.equal(addressed(undefined, "6.6.6.6", node), "192.0.2.3");
  assert.equal(addressed("connection", "6.6.6.6"), undefined);
  assert.equal(addressed(proxies, "6.6.6.6, 192.0.2.1:80, 10.0.0.1"), "192.0.2.1");
  assert.equal(addressed(proxies, "192.0.2.1"), undefined, "no proxy wrote it");
  assert.equal(
    addressed(() => undefined, "192.0.2.1", node),
    undefined,
  );
  assert.throws(() => clientAddressOf("x-forwarded-for" as never), TypeError);
});

test("an allowance comes back bit by bit, and clients that wait get Retry-After", async (t) => {
  t.mock.timers.enable({ apis: ["Date"], now: 1e12 });
  const { handle } = await routes({ limits: { confirm: 4 }, clientAddress: () => "192.0.2.1" });
  const confirm = () => handle(asked("confirm", { token: "x" }));
  for (let i = 0; i < 4; i++) {
    assert.equal((await confirm()).status, 400);
  }
  const refused = await confirm();
  assert.deepEqual([refused.status, refused.headers.get("retry-after")], [429, "900"]);
  t.mock.timers.setTime(1e12 + 899_000);
  assert.equal((await confirm()).headers.get("retry-after"), "1");
  t.mock.timers.setTime(1e12 + 900_000);
  assert.equal((await confirm()).status, 400);
  assert.equal((await confirm()).status, 429);
});

test("several handlers of one engine count together", async () => {
  const { enrol, handle } = await routes({ limits: { resend: 1 } });
  const other = handler(enrol, { limits: { resend: 1 }, onFault: () => {} });
  assert.equal((await handle(asked("resend", {}))).status, 400);
  assert.equal((await other(asked("resend", {}))).status, 429);
});

test("limits can be off", async () => {
  const { handle } = await routes({ limits: false });
  for (let i = 0; i < 40; i++) {
    assert.equal((await handle(asked("resend", {}))).status, 400);
  }
});

test("an engine that would tell who has an account is not served, now or later", async () => {
  const { enrol } = await start();
  open.push(enrol);
  assert.throws(
    () => handler(enrol),
    (error) => error instanceof ConfigError && /inform_if_user_exists is True/.test(error.message),
  );
  const told: string[] = [];
  const later = handler(async () => enrol, { onFault: ({ message }) => told.push(message) });
  const answer = await later(asked("validate", {}));
  assert.deepEqual([answer.status, await codeOf(answer), answer.headers.get("retry-after")], [503, "E901002", "1"]);
  assert.match(told.join(), /inform_if_user_exists/);
});

test("a source gets the request and what was passed with it", async () => {
  const { enrol } = await start({ conf: safe });
  open.push(enrol);
  const seen: unknown[] = [];
  const handle: Handler<[env: { name: string }]> = handler(
    (request, env: { name: string }) => {
      seen.push(new URL(request.url).pathname, env.name);
      return enrol;
    },
    { onFault: () => {} },
  );
  assert.equal((await handle(asked("validate", {}), { name: "here" })).status, 200);
  assert.deepEqual(seen, ["/api/validate", "here"]);
});

test("where there is no decision, only the operator learns why", async () => {
  const broken: Store = {
    ...memoryStore(),
    get: () => Promise.reject(new Error("the disk is full")),
    commit: () => Promise.reject(new Error("the disk is full")),
    scan: () => Promise.reject(new Error("the disk is full")),
  };
  const told: string[] = [];
  const { enrol } = await start({ conf: safe });
  await enrol.close();
  const onFault = ({ message }: Error) => told.push(message);
  const closed = await handler(enrol, { onFault })(asked("signup", ada));
  assert.deepEqual([closed.status, await codeOf(closed)], [500, "E008004"]);

  const source = () => start({ conf: safe, store: broken }).then((started) => started.enrol);
  const unusable = await handler(source, { onFault })(asked("signup", ada));
  const text = await unusable.text();
  assert.equal(unusable.status, 503, text);
  assert(!text.includes("disk"), text);
  assert.match(told.join("\n"), /disk is full/);
});

test("a body that something else has read is a fault of the program", async () => {
  const { handle, told } = await routes();
  const request = asked("signup", ada);
  await request.text();
  assert.equal((await handle(request)).status, 500);
  assert.match(told.join("\n"), /pass the request on unread/);
});

test("a body that does not arrive is cut off", async (t: TestContext) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { handle } = await routes();
  const body = new ReadableStream<Uint8Array>({ start: (controller) => controller.enqueue(new Uint8Array([123])) });
  const init = { method: "POST", body, duplex: "half" };
  let answered = false;
  const answer = handle(new Request("http://example.com/api/signup", init)).finally(() => {
    answered = true;
  });
  while (!answered) {
    t.mock.timers.tick(15_000);
    await new Promise((resolve) => setImmediate(resolve));
  }
  assert.equal((await answer).status, 400);
});

test("options that are wrong are refused at once", async () => {
  const { enrol } = await start({ conf: safe });
  open.push(enrol);
  for (const [options, message] of [
    [{ path: "/api" }, /no option "path"/],
    [{ basePath: "/api/" }, /basePath/],
    [{ basePath: "api" }, /basePath/],
    [{ origins: ["https://example.com/"] }, /write https:\/\/example\.com/],
    [{ origins: ["*"] }, /is not an origin/],
    [{ origins: "https://example.com" }, /origins must be a list/],
    [{ limits: { signup: 0 } }, /limits\.signup/],
    [{ limits: { verify: 1 } }, /no option "verify"/],
    [{ clientAddress: "x-forwarded-for" }, /clientAddress must be/],
    [{ clientAddress: { header: "x forwarded" } }, /clientAddress\.header/],
    [{ clientAddress: { header: "x-real-ip", proxies: 0 } }, /clientAddress\.proxies/],
    [{ onFault: "console" }, /onFault/],
  ] as const) {
    assert.throws(() => handler(enrol, options as HandlerOptions), message);
  }
  assert.throws(() => handler(undefined as unknown as Enrol), /needs an engine/);
});

test("Node's server closes the connection of a body that nobody reads, and survives strange requests", async () => {
  const { handle } = await routes();
  const server = createServer(toNodeHandler(handle));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const raw = (text: string) =>
    new Promise<string>((resolve, reject) => {
      let answer = "";
      const socket = connect(port, "127.0.0.1", () => socket.write(text));
      socket.setEncoding("utf8");
      socket.on("data", (data) => {
        answer += data;
      });
      socket.on("close", () => resolve(answer));
      socket.on("error", reject);
    });
  try {
    const head = "POST /api/signup HTTP/1.1\r\nHost: x\r\n";
    const large = await raw(`${head}Content-Length: 1000000\r\n\r\n{`);
    assert.match(large, /^HTTP\/1\.1 413 /);
    assert.match(large, /connection: close/i);
    for (const line of ["TRACE /api/signup", "GET //evil.example/api/signup", "POST http://evil.example/x"]) {
      assert.match(await raw(`${line} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`), /^HTTP\/1\.1 40[45] /);
    }
  } finally {
    server.closeAllConnections();
    server.close();
  }
});

/** Posts with HTTP/2, and returns the status and the body. */
function overHttp2(
  session: ClientHttp2Session,
  headers: Record<string, string>,
): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const stream = session.request({ ":path": "/api/validate", ...headers }, { endStream: false });
    let status = 0;
    let body = "";
    stream.setEncoding("utf8");
    stream.on("response", (answer) => {
      status = Number(answer[":status"]);
    });
    stream.on("data", (data) => {
      body += data;
    });
    stream.on("end", () => resolve({ status, body }));
    stream.on("error", reject);
    stream.end("{}");
  });
}

test("HTTP/2 ends no process, whatever the method is, and its authority is the host", async () => {
  const { handle, told } = await routes();
  const server = createHttp2Server(toNodeHandler(handle));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const session = connectHttp2(`http://${host}`);
  try {
    for (const method of ["trace", "Trace", "TRACE", "connect", "track", "get", "GET", "post", "M-SEARCH", "PUT"]) {
      const { status } = await overHttp2(session, { ":method": method });
      assert.equal(status, 405, method);
    }
    for (const [origin, status] of [
      [`http://${host}`, 200],
      ["http://localhost", 403],
      ["https://evil.example", 403],
    ] as const) {
      assert.equal((await overHttp2(session, { ":method": "POST", origin })).status, status, origin);
    }
    assert.deepEqual(told, []);
  } finally {
    session.destroy();
    server.close();
  }
});

test("Node's server answers also if a handler throws, or something else has answered", async (t: TestContext) => {
  const printed = t.mock.method(console, "error", () => {});
  const broken = toNodeHandler(() => Promise.reject(new Error("out of order")));
  const { handle } = await routes();
  const listen = toNodeHandler(handle);
  const server = createServer((request, response) => {
    if (request.url === "/broken") {
      return broken(request, response);
    }
    response.write("something else, ");
    if (request.url === "/ended") {
      response.end("all of it");
    }
    return listen(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    const answer = await fetch(`${url}/broken`);
    assert.deepEqual([answer.status, await codeOf(answer)], [500, "E008004"]);
    assert.match(String(printed.mock.calls[0]?.arguments[0]), /out of order/);
    assert.equal(await (await fetch(`${url}/ended`)).text(), "something else, all of it");
    assert.equal(await (await fetch(`${url}/begun`)).text(), "something else, ");
  } finally {
    server.closeAllConnections();
    server.close();
  }
});

test("the same key with the same content is one request; with other content, clients do not meet", async () => {
  const { handle } = await routes();
  const signup = async (body: object) => (await handle(asked("signup", { ...body, idempotency_key: "1" }))).json();
  const first = await signup({ ...ada, attrs: { a: "1", b: "2" } });
  assert.equal((first as { status: string }).status, "ok");
  const { username, password, email } = ada;
  assert.deepEqual(await signup({ attrs: { b: "2", a: "1" }, email, password, username }), first);
  const other = (await signup({ username: "bea", password, email: "bea@example.com" })) as {
    cid: string;
    status: string;
  };
  assert.equal(other.status, "ok");
  assert.notEqual(other.cid, (first as { cid: string }).cid);
});
