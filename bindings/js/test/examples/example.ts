// An example as its users have it: a folder with an npm project, whose programs
// run with an unchanged Node.

import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createEnrol, type User } from "@enrol-sso/enrol";
import { sqliteStore } from "@enrol-sso/enrol/stores/node-sqlite";
import { ok, until } from "../fixture.js";

const examples = new URL("../../examples/", import.meta.url);

/** Where a file of an example is. */
export function at(path: string): string {
  return fileURLToPath(new URL(path, examples));
}

/** The text of a file of an example. */
export function textOf(path: string): string {
  return readFileSync(at(path), "utf8");
}

/** Imports a file of an example. */
export async function importOf<Module>(path: string): Promise<Module> {
  return (await import(new URL(path, examples).href)) as Module;
}

/** A folder that is removed after the test. */
export function folder(): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), "enrol-examples-"));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** A secret key, as hono-node-sqlite makes one. */
export function newKey(): string {
  return execFileSync(process.execPath, [at("hono-node-sqlite/src/key.ts")], { encoding: "utf8" }).trim();
}

/** The server of hono-node-sqlite, on data of its own. */
export class Server {
  readonly url: string;
  readonly data: string;
  readonly key: string;
  readonly #process: ChildProcess;
  readonly #remove: () => void;
  #printed = "";

  private constructor(port: number) {
    const { path, remove } = folder();
    this.url = `http://localhost:${port}`;
    this.data = path;
    this.key = newKey();
    this.#remove = remove;
    const env = { ...process.env, ENROL_KEY: this.key, PORT: String(port), DATA: path };
    this.#process = spawn(process.execPath, ["src/server.ts"], { cwd: at("hono-node-sqlite"), env });
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => {
        this.#printed += text;
      });
    }
  }

  static async start(): Promise<Server> {
    const server = new Server(await freePort());
    await until(() => {
      if (server.#process.exitCode !== null) {
        throw new Error(`the server ended: ${server.#printed}`);
      }
      return server.#printed.includes("listening");
    });
    return server;
  }

  /** All that it printed so far, mail included. */
  get printed(): string {
    return this.#printed;
  }

  /** Waits for a mail with a token, and returns the token. */
  async tokenFor(address: string): Promise<string> {
    const mail = new RegExp(`To: ${address}\\n[^#]*/confirm#([\\w-]{32})\\n`);
    await until(() => mail.test(this.#printed));
    return mail.exec(this.#printed)?.[1] ?? "";
  }

  post(path: string, body: object, headers: Record<string, string> = {}): Promise<Response> {
    return post(this.url + path, body, headers);
  }

  /** Looks up an account in the server's database, as another process can. */
  async accountOf(username: string): Promise<User> {
    const { conf } = await importOf<{ conf: string }>("hono-node-sqlite/src/conf.ts");
    const enrol = await createEnrol({
      conf,
      secretKey: this.key,
      store: sqliteStore(`${this.data}/enrol.sqlite`),
      audit: () => {},
      services: { mail: () => Promise.reject(new Error("mail goes out elsewhere")) },
      dispatchIntervalMs: 0,
      purgeIntervalMs: 0,
      onFault: () => {},
    });
    const { user } = await ok(enrol.get({ username }));
    await enrol.close({ store: true });
    return user;
  }

  /** Stops it as a terminal does, and returns its exit status. */
  async stop(): Promise<number | null> {
    if (this.#process.exitCode === null) {
      this.#process.kill("SIGTERM");
      await once(this.#process, "exit");
    }
    this.#remove();
    return this.#process.exitCode;
  }
}

/** Posts JSON, as a page does. */
export function post(url: string, body: object, headers: Record<string, string> = {}): Promise<Response> {
  const all = { "content-type": "application/json", ...headers };
  return fetch(url, { method: "POST", headers: all, body: JSON.stringify(body) });
}

/** A port that is free now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
}
