// The public routes in each runtime, and in the frameworks that people use. What is here of neither is installed in
// tests/runtimes.

import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { type HandlerOptions, handler, type NodeHandler, toNodeHandler } from "@enrol-sso/enrol/http";
import { installed } from "../stores/runtimes/installed.js";
import { engine } from "./routes.js";
import { worker } from "./workerd.js";

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const runtimes = at("../../../../tests/runtimes/node_modules/.bin/");

type Post = (operation: string, body: unknown, headers?: Record<string, string>) => Promise<Response>;

/** Somebody signs up, and is refused; limits count by the client address; a large body is refused. */
async function check(post: Post): Promise<void> {
  const ada = { username: "ada", password: "correct horse battery", email: "ada@example.com" };
  const answer = await post("signup", ada);
  assert.deepEqual([answer.status, Object.keys((await answer.json()) as object)], [200, ["cid", "status"]]);
  assert.equal(answer.headers.get("x-content-type-options"), "nosniff");
  const refused = await post("validate", { username: "a b" });
  assert.deepEqual(
    [refused.status, ((await refused.json()) as { sub_status: string[] }).sub_status],
    [422, ["E001004"]],
  );
  assert.equal((await post("validate", { username: "ada" }, { origin: "https://evil.example" })).status, 403);
  assert.equal((await post("verify", ada)).status, 404);
  const resend = { username: "ada", email: "ada@example.com" };
  assert.equal((await post("resend", resend)).status, 200);
  const limited = await post("resend", resend);
  assert.equal(limited.status, 429);
  assert.match(limited.headers.get("retry-after") ?? "", /^[1-9]\d*$/);
  const large = await post("signup", { username: "x".repeat(70_000) }).catch(() => undefined);
  assert(large === undefined || large.status === 413, `the status is ${large?.status}`); // the connection may be closed first
}

const postTo =
  (port: number): Post =>
  (operation, body, headers = {}) =>
    fetch(`http://127.0.0.1:${port}/api/${operation}`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    });

for (const [name, command, ...args] of [
  ["Node", `${runtimes}node`],
  ["Bun", `${runtimes}bun`],
  ["Deno", `${runtimes}deno`, "run", "--quiet", "--no-prompt", "--allow-read", "--allow-env", "--allow-net"],
] as const) {
  test(`the routes in ${name}, which knows the client address`, async () => {
    const child = spawn(command, [...args, at("./served.js")], { stdio: ["ignore", "pipe", "pipe"] });
    let told = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      told += text;
    });
    try {
      await check(postTo(await portOf(child)));
      assert(!told.includes("client address"), told);
    } finally {
      child.kill();
    }
  });
}

function portOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    let text = "";
    child.stdout?.setEncoding("utf8").on("data", (data: string) => {
      text += data;
      if (text.includes("\n")) {
        resolve(Number.parseInt(text, 10));
      }
    });
    child.once("exit", (code) => reject(new Error(`it ended with ${code}`)));
  });
}

test("the routes in a worker, which makes its engine in the first request", async () => {
  const workerd = await worker({ entryPoints: [at("./routes-worker.js")] }, { compatibilityDate: "2025-09-01" });
  try {
    await check((operation, body, headers = {}) =>
      workerd.dispatchFetch(`http://worker.test/api/${operation}`, {
        method: "POST",
        headers: { "cf-connecting-ip": "192.0.2.1", ...headers },
        body: JSON.stringify(body),
      }),
    );
  } finally {
    await workerd.dispose();
  }
});

/** The routes with what the operator was told. */
async function routes(options: HandlerOptions = {}) {
  const told: string[] = [];
  const enrol = await engine();
  const handle = handler(enrol, { limits: { resend: 1 }, onFault: ({ message }) => told.push(message), ...options });
  return { handle, told, close: () => enrol.close() };
}

const portOfServer = (server: Server) => (server.address() as AddressInfo).port;

interface Express {
  all(path: string, handle: NodeHandler): void;
  use(middleware: unknown): void;
  listen(port: number, listening: () => void): Server;
}

for (const parses of [false, true]) {
  test(`the routes in Express ${parses ? "after" : "without"} express.json()`, async () => {
    const express = installed("express") as { (): Express; json(): unknown };
    const { handle, told, close } = await routes();
    const app = express();
    if (parses) {
      app.use(express.json());
    }
    app.all("/api/{*operation}", toNodeHandler(handle));
    const server = await new Promise<Server>((resolve) => {
      const listening = app.listen(0, () => resolve(listening));
    });
    try {
      await check(postTo(portOfServer(server)));
      assert.deepEqual(told, []);
    } finally {
      server.closeAllConnections();
      server.close();
      await close();
    }
  });
}

interface Fastify {
  all(path: string, handle: NodeHandler): void;
  listen(options: { port: number; host: string }): Promise<string>;
  close(): Promise<void>;
  server: Server;
}

test("the routes in Fastify", async () => {
  const fastify = installed("fastify") as () => Fastify;
  const { handle, told, close } = await routes();
  const app = fastify();
  app.all("/api/*", toNodeHandler(handle));
  await app.listen({ port: 0, host: "127.0.0.1" });
  try {
    await check(postTo(portOfServer(app.server)));
    assert.deepEqual(told, []);
  } finally {
    await app.close();
    await close();
  }
});

interface Hono {
  all(path: string, handle: (c: { req: { raw: Request }; env: unknown }) => Promise<Response>): void;
  fetch: (request: Request, env: unknown) => Promise<Response>;
}

test("the routes in Hono on Node", async () => {
  const { Hono } = (await import(installed.resolve("hono"))) as { Hono: new () => Hono };
  const { getRequestListener } = (await import(installed.resolve("@hono/node-server"))) as {
    getRequestListener(fetch: Hono["fetch"]): (request: unknown, response: unknown) => void;
  };
  const { handle, told, close } = await routes();
  const app = new Hono();
  app.all("/api/*", (c) => handle(c.req.raw, c.env));
  const server = createServer(getRequestListener(app.fetch));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    await check(postTo(portOfServer(server)));
    assert.deepEqual(told, []);
  } finally {
    server.closeAllConnections();
    server.close();
    await close();
  }
});
