// Services that fail: which kind of failure the core receives, and what the
// operator sees of it.

import assert from "node:assert/strict";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, test } from "node:test";
import { DeliveryError, type Service, ServiceError, type ServicePayload } from "@enrol-sso/enrol";
import { httpService } from "@enrol-sso/enrol/services";
import { Brake } from "#dist/brake.js";
import { type Calls, callback } from "#dist/effects/callback.js";
import { account, confWith, ok, start, until } from "../fixture.js";

/** How the server answers, by path. */
const REPLIES: Record<string, (response: ServerResponse) => void> = {
  "/status": (response) => {
    const { searchParams } = new URL(response.req.url ?? "", "http://localhost");
    const retryAfter = searchParams.get("retry-after");
    response.writeHead(Number(searchParams.get("status")), retryAfter === null ? {} : { "retry-after": retryAfter });
    response.end(searchParams.get("body"));
  },
  "/large": (response) => response.end("x".repeat(70_000)),
  "/endless": (response) => {
    response.writeHead(Number(new URL(response.req.url ?? "", "http://localhost").searchParams.get("status") ?? 200));
    const more = () => {
      while (!response.destroyed && response.write("x".repeat(1024))) {}
    };
    response.on("drain", more);
    response.on("close", () => closed++);
    more();
  },
  "/stalled": (response) => {
    response.writeHead(422).write('{"final":');
  },
  "/cut": (response) => response.destroy(),
};

let base = "";
let closed = 0; // endless answers that were let go
const server = createServer((request, response) => {
  request.resume().on("end", () => REPLIES[request.url?.split("?")[0] ?? ""]?.(response));
});

before(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

after(() => {
  server.close();
  server.closeAllConnections();
});

const MESSAGE = {
  type: "user.message",
  timestamp: "2026-09-21T14:13:20.000Z",
  data: { kind: "confirm", to: "ada@example.com", username: "Ada", token: "t0ken", cc: ["boss@example.com"], bcc: [] },
};
const SIGNUP = { type: "user.signup", data: { username: "Ada", email: "ada@example.com" } };
const VALIDATE = { type: "user.validate", data: { username: "Ada", email: "ada@example.com", password: "pass word" } };

/** The answer that the core gets when it calls a service. */
async function call(
  service: string | Service,
  body: object = MESSAGE,
  calls: Partial<Calls> = {},
): Promise<Record<string, unknown>> {
  const [name, services] = typeof service === "string" ? [service, []] : ["s", [["s", service]] as const];
  const request = { service: name, headers: {}, body: JSON.stringify(body) };
  return JSON.parse(await callback(new Map(services), request, { signal: new AbortController().signal, ...calls }));
}

const down = (error: string, more = {}) => ({ error, kind: "down", ...more });
const status = (code: number, parameters: Record<string, string> = {}) =>
  `${base}/status?${new URLSearchParams({ status: String(code), ...parameters })}`;
const says = (code: number) => `the service answered with HTTP status ${code}`;

test("the HTTP status determines the kind of failure", async () => {
  for (const code of [500, 501, 502, 503, 504, 599, 408, 429]) {
    assert.deepEqual(await call(status(code)), down(says(code)));
  }
  for (const code of [300, 304, 307, 400, 401, 403, 404, 409, 413, 422, 499]) {
    assert.deepEqual(await call(status(code)), { error: says(code), kind: "refused" });
  }
  assert.deepEqual(await call(status(410)), { error: says(410), kind: "final" });
});

test("Retry-After of a service can be seconds or a date", async () => {
  for (const [code, header, seconds] of [
    [503, "120", 120],
    [429, "7", 7],
    [503, "999999999", 86_400],
    [503, "0", undefined],
    [503, "-5", undefined],
    [503, "soon", undefined],
    [503, "Thu, 01 Jan 1970 00:00:00 GMT", undefined],
    [422, "120", undefined],
  ] as const) {
    const { retry_after } = await call(status(code, { "retry-after": header }));
    assert.equal(retry_after, seconds, header);
  }
  const date = new Date(Date.now() + 60_000).toUTCString();
  const { retry_after } = await call(status(503, { "retry-after": date }));
  assert(Number(retry_after) > 0 && Number(retry_after) <= 60, `${retry_after}`);
});

test("a refusal is final if its body says so", async () => {
  for (const [body, kind] of [
    ['{"final":true}', "final"],
    ['{"final":true,"reason":"no such mailbox"}', "final"],
    ['{"final":false}', "refused"],
    ['{"final":"true"}', "refused"],
    ['{"final":1}', "refused"],
    ["[true]", "refused"],
    ["null", "refused"],
    ["final", "refused"],
    ["", "refused"],
  ] as const) {
    assert.deepEqual(await call(status(422, { body })), { error: says(422), kind }, body);
  }
  assert.equal((await call(`${base}/stalled`))["kind"], "refused");
  assert.equal((await call(`${base}/endless?status=400`))["kind"], "refused");
  assert.equal((await call(status(500, { body: '{"final":true}' })))["kind"], "down");
});

test("a service that cannot be reached is down", async () => {
  const unused = createServer();
  await new Promise<void>((resolve) => unused.listen(0, "127.0.0.1", resolve));
  const { port } = unused.address() as AddressInfo;
  await new Promise((resolve) => unused.close(resolve));
  for (const [url, error] of [
    [`http://127.0.0.1:${port}/secret-path`, "the service cannot be reached (ECONNREFUSED)"],
    [`${base}/cut`, "the service cannot be reached (UND_ERR_SOCKET)"],
  ] as const) {
    assert.deepEqual(await call(url), down(error));
    assert.deepEqual(await call(httpService(url)), down(error));
  }
});

test("the body of a success is not read if it is not needed", async () => {
  for (const body of [MESSAGE, SIGNUP]) {
    for (const path of ["/large", "/endless"]) {
      assert.deepEqual(await call(base + path, body), { body: "" });
      assert.deepEqual(await call(httpService(base + path), body), { body: "" });
    }
    assert.deepEqual(await call(() => "x".repeat(70_000), body), { body: "" });
    assert.deepEqual(await call(() => 5n, body), { body: "" });
  }
  while (closed < 4) {
    await new Promise((resolve) => setImmediate(resolve)); // the server learns that nobody reads on
  }
});

test("the answer of a validation service is read, up to a limit", async () => {
  const tooLong = { error: "the service answered more than 64 KiB", kind: "refused" };
  for (const path of ["/large", "/endless"]) {
    assert.deepEqual(await call(base + path, VALIDATE), tooLong);
    assert.deepEqual(await call(httpService(base + path), VALIDATE), tooLong);
  }
  assert.deepEqual(await call(() => ({ is_valid: true, more: "x".repeat(70_000) }), VALIDATE), tooLong);
  assert.deepEqual(await call(() => ({ is_valid: true }), VALIDATE), { body: '{"is_valid":true}' });
  assert.deepEqual(await call(status(200, { body: '{"is_valid":true}' }), VALIDATE), { body: '{"is_valid":true}' });
});

const throwing = (error: unknown) => () => {
  throw error;
};

test("a service that is a function throws the kind of its failure", async () => {
  for (const [error, expected] of [
    [new ServiceError("down", "maintenance"), down("maintenance")],
    [new ServiceError("down", "busy", { retryAfter: 1.5 }), down("busy", { retry_after: 2 })],
    [new ServiceError("down", "busy", { retryAfter: Number.NaN }), down("busy")],
    [new ServiceError("down", "busy", { retryAfter: Number.POSITIVE_INFINITY }), down("busy", { retry_after: 86_400 })],
    [new ServiceError("refused", "no", { retryAfter: 5 }), { error: "no", kind: "refused" }],
    [new ServiceError("final", "gone"), { error: "gone", kind: "final" }],
    [new Error("not now"), { error: "not now", kind: "refused" }],
    ["a text", { error: "a text", kind: "refused" }],
    [undefined, { error: "something that is no Error was thrown", kind: "refused" }],
    [Object.assign(new Error("connect"), { code: "ECONNREFUSED" }), down("connect")],
    [new TypeError("fetch failed", { cause: { code: "ENOTFOUND" } }), down("fetch failed")],
    [Object.assign(new Error("no"), { code: "EENVELOPE" }), { error: "no", kind: "refused" }],
    [new DOMException("it timed out", "TimeoutError"), down("it timed out")],
    // Of another copy of this package.
    [Object.assign(new Error("gone"), { name: "ServiceError", kind: "final" }), { error: "gone", kind: "final" }],
    [Object.assign(new Error("odd"), { name: "ServiceError", kind: "stopped" }), { error: "odd", kind: "refused" }],
  ] as const) {
    assert.deepEqual(await call(throwing(error)), expected);
    assert.deepEqual(await call(() => Promise.reject(error)), expected);
  }
  assert.deepEqual(await call("nobody"), { error: "there is no such service", kind: "refused" });
});

test("a call that is cancelled before or while it runs counts as stopped", async () => {
  let called = false;
  const note = () => {
    called = true;
  };
  const never = { error: "the engine stops", kind: "stopped" };
  assert.deepEqual(await call(note, MESSAGE, { mayBegin: () => false }), never);
  const brake = new Brake();
  const running = call(() => new Promise(() => {}), MESSAGE, { mayBegin: () => true, brake });
  brake.stop();
  assert.deepEqual(await running, { error: "the engine stopped before the service answered", kind: "stopped" });
  assert.deepEqual(await call(note, MESSAGE, { brake }), never);
  assert.equal(called, false);
});

test("no error contains what the service was called with", async () => {
  const quoting = (payload: ServicePayload) => {
    throw new Error(JSON.stringify(payload.data));
  };
  const person = { display_name: "Ada Lovelace", first_name: "Ada", middle_name: "", last_name: "Lovelace" };
  for (const body of [
    MESSAGE,
    { ...SIGNUP, data: { ...SIGNUP.data, ...person, sign_up_confirm_token: "t0ken" } },
    VALIDATE,
    { ...MESSAGE, data: { ...MESSAGE.data, username: "a.*", token: "(", to: "[@x" } },
  ]) {
    const { error } = await call(quoting, body);
    for (const value of Object.values(body.data).flat()) {
      assert(value === "" || value === "confirm" || !String(error).includes(value), `${value} is in ${error}`);
    }
  }
  for (const [thrown, error] of [
    ["550 <ADA@example.com>: no mailbox", "550 <[redacted]>: no mailbox"],
    ["Ada's mailbox is full; adamant", "[redacted]'s mailbox is full; adamant"],
    ["cannot write to ada@example.com.", "cannot write to [redacted]."],
  ] as const) {
    assert.equal((await call(throwing(new Error(thrown))))["error"], error);
  }
});

test("a callback that answers 500 is reported with all that an operator needs, and nothing of the account", async () => {
  const got: { id: unknown; body: string }[] = [];
  const broken = createServer(async (request, response) => {
    let body = "";
    for await (const part of request) {
      body += part;
    }
    got.push({ id: request.headers["webhook-id"], body });
    response.writeHead(500, { "content-type": "text/plain" }).end(`it failed for ${body}`);
  });
  await new Promise<void>((resolve) => broken.listen(0, "127.0.0.1", resolve));
  try {
    const { port } = broken.address() as AddressInfo;
    const url = `http://127.0.0.1:${port}/hook/s3cret`;
    const conf = `${confWith({ signup: "callback_service_list=crm" })}[enrol_services]\ncrm=${url}\n`;
    const before = Date.now();
    const { enrol, faults } = await start({ conf });
    const { confirmToken } = await ok(enrol.signup(account("countess")));
    await until(() => faults.length === 1);
    const [fault] = faults;
    assert(fault instanceof DeliveryError);
    const { event, kind, service, failure, reason, tries, dead, nextDue } = fault;
    assert.deepEqual(
      { event, kind, service, failure, reason, tries, dead },
      {
        event: got[0]?.id,
        kind: "callback",
        service: "crm",
        failure: "down",
        reason: "the service answered with HTTP status 500",
        tries: 1,
        dead: false,
      },
    );
    const due = Date.parse(nextDue ?? "");
    assert(due > before && due < Date.now() + 3_600_000, `${nextDue}`);
    assert.equal(
      fault.message,
      `event ${event} (callback) was not delivered to crm: down: ${reason} (try 1, next try ${nextDue})`,
    );
    assert(got[0]?.body.includes("countess@example.com"));
    for (const secret of ["countess", "example.com", "s3cret", confirmToken.reveal()]) {
      assert(!`${fault.message} ${JSON.stringify(fault)}`.includes(secret), fault.message);
    }
    await enrol.close();
  } finally {
    broken.closeAllConnections();
    broken.close();
  }
});
