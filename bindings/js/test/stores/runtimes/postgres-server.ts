// A PostgreSQL server for the test: in its own folder, on a free port, removed
// after the test.

import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import process from "node:process";
import { temporary } from "./folder.js";

/** Where Debian has versions of PostgreSQL, none of which is in the PATH. */
const DEBIAN = "/usr/lib/postgresql";

export class PostgresServer {
  readonly port: number;
  readonly #process: ChildProcess;
  readonly #remove: () => void;

  private constructor(port: number, process: ChildProcess, remove: () => void) {
    this.port = port;
    this.#process = process;
    this.#remove = remove;
  }

  /** Starts a server, whose databases sort by a language by default. */
  static async start(): Promise<PostgresServer> {
    const bin = programs();
    const user = unprivileged();
    const { path, remove } = temporary();
    const data = path("data");
    mkdirSync(data);
    if (user !== undefined) {
      chmodSync(path("."), 0o755);
      chownSync(data, user.uid, user.gid);
    }
    const options = { cwd: "/", stdio: "ignore", ...user } as const;
    const locale = ["--encoding=UTF8", "--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=en-US"];
    execFileSync(join(bin, "initdb"), ["-D", data, "-U", "enrol", "--auth=trust", ...locale], options);
    const port = await freePort();
    const settings = ["-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="];
    const server = spawn(join(bin, "postgres"), ["-D", data, "-p", String(port), ...settings], options);
    process.once("exit", () => server.kill("SIGQUIT")); // should the test end early
    return new PostgresServer(port, server, remove);
  }

  /** Where a database is; `postgres` is there from the start. */
  url(database = "postgres", port = this.port): string {
    return `postgres://enrol@127.0.0.1:${port}/${database}`;
  }

  /** Waits until the server answers on a connection, for a minute at most. */
  async ready({ run }: { run(sql: string): Promise<unknown> }): Promise<void> {
    for (const end = Date.now() + 60_000; ; ) {
      try {
        await run("SELECT 1");
        return;
      } catch (error) {
        if (Date.now() > end) {
          throw error;
        }
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode === null) {
      this.#process.kill("SIGINT"); // ends sessions, then the server
      await once(this.#process, "exit");
    }
    this.#remove();
  }
}

/** The folder with the newest programs that Debian has, or those in the PATH. */
function programs(): string {
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN).sort((a, b) => Number(b) - Number(a)) : [];
  return versions[0] === undefined ? "" : join(DEBIAN, versions[0], "bin");
}

/** The user that runs PostgreSQL, which refuses to run as root. */
function unprivileged(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) {
    return undefined;
  }
  const id = (flag: string) => Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8" }));
  return { uid: id("-u"), gid: id("-g") };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
}
