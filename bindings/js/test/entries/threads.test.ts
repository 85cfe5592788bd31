// Passwords are hashed on threads in each runtime and in a browser, without any option: a timer ticks many times while
// people sign up, and few times where the engine's own thread hashes. The package is installed without @node-rs/argon2.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { installed } from "../stores/runtimes/installed.js";
import type { Ticks } from "./ticks.js";
import type { Left } from "./ticks-page.js";

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const runtimes = at("../../../../tests/runtimes/node_modules/");

/** What is used of puppeteer-core. */
interface Puppeteer {
  launch(options: object): Promise<Browser>;
}
interface Browsers {
  browsers: Record<"chromium" | "firefox", object>;
}
interface Browser {
  newPage(): Promise<Page>;
  close(): Promise<void>;
}
interface Page {
  goto(url: string): Promise<unknown>;
  waitForFunction(condition: string, options: { timeout: number }): Promise<unknown>;
  evaluate<T>(expression: string): Promise<T>;
}

const folder = mkdtempSync(join(tmpdir(), "enrol-threads-"));

before(() => {
  const home = join(folder, "node_modules/@enrol-sso/enrol");
  for (const part of ["package.json", "dist"]) {
    cpSync(at(`../../${part}`), join(home, part), { recursive: true });
  }
  for (const dependency of ["argon2id", "@bjorn3/browser_wasi_shim"]) {
    cpSync(at(`../../node_modules/${dependency}`), join(folder, "node_modules", dependency), { recursive: true });
  }
  for (const program of ["ticks.js", "ticks-program.js"]) {
    cpSync(at(program), join(folder, program));
  }
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
});

after(() => rmSync(folder, { recursive: true, force: true }));

/** A timer must tick far more often than where hashes of the engine's thread leave it a turn in between. */
function assertTicks({ argon2id, pbkdf2, here }: Ticks): void {
  const seen = `a second: ${argon2id} with argon2id, ${pbkdf2} with PBKDF2, ${here} on the engine's thread`;
  assert(here > 0 && argon2id > 3 * here && pbkdf2 > 3 * here, seen);
}

for (const [name, command, ...args] of [
  ["Node 20", "node20/bin/node"],
  ["the newest Node", "node/bin/node"],
  ["Bun", ".bin/bun"],
  ["Deno", ".bin/deno", "run", "--quiet", "--no-prompt", "--allow-read", "--allow-env"],
] as const) {
  test(`${name} hashes on threads`, () => {
    const options = { cwd: folder, encoding: "utf8", timeout: 300_000 } as const;
    const output = execFileSync(runtimes + command, [...args, "ticks-program.js"], options);
    assertTicks(JSON.parse(output) as Ticks);
  });
}

/** Serves a page with its worker and the module, under a policy. */
async function serve(policy: string): Promise<Server> {
  const { outputFiles } = await build({
    entryPoints: [at("ticks-page.js")],
    bundle: true,
    format: "esm",
    target: "es2022",
    conditions: ["browser"],
    write: false,
  });
  const files: Record<string, [type: string, body: string | Buffer | undefined]> = {
    "/": [
      "text/html",
      '<!doctype html><title>Enrol</title><link rel="icon" href="data:"><script type="module" src="page.js"></script>',
    ],
    "/page.js": ["text/javascript", outputFiles[0]?.text],
    "/web-thread.js": ["text/javascript", readFileSync(at("../../dist/threads/web-thread.js"))],
    "/signup.wasm": ["application/wasm", readFileSync(at("../../dist/signup.wasm"))],
  };
  const server = createServer((request, response) => {
    const [type, body] = files[request.url?.split("?")[0] ?? ""] ?? [];
    response.writeHead(type ? 200 : 404, { "content-type": type ?? "text/plain", "content-security-policy": policy });
    response.end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

/** Visits a page in a browser, and returns what it left. */
async function visit(name: "chromium" | "firefox", policy: string, path: string): Promise<Left> {
  const { launch } = (await import(installed.resolve("puppeteer-core"))) as Puppeteer;
  const { browsers } = (await import(at("../../../../tests/runtimes/browsers.js"))) as Browsers;
  const userDataDir = mkdtempSync(join(folder, "profile-"));
  const browser = await launch({ ...browsers[name], userDataDir, protocolTimeout: 300_000 });
  const server = await serve(policy);
  try {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`);
    await page.waitForFunction("globalThis.left", { timeout: 300_000 });
    return await page.evaluate<Left>("globalThis.left");
  } finally {
    await browser.close();
    server.closeAllConnections();
    server.close();
  }
}

const SCRIPTS = "script-src 'self' 'wasm-unsafe-eval'";

for (const name of ["chromium", "firefox"] as const) {
  test(`${name} hashes in workers`, async () => {
    const { ticks, workers, warnings, error } = await visit(name, `${SCRIPTS}; worker-src 'self'`, "/?ticks");
    assert.equal(error, undefined);
    assert(workers > 0);
    assertTicks(ticks as Ticks);
    assert.deepEqual(warnings, []);
  });

  test(`under a policy without workers, people sign up in ${name}, and one line says what to allow`, async () => {
    const { signedUp, warnings, error } = await visit(name, `${SCRIPTS}; worker-src 'none'`, "/");
    assert.deepEqual([error, signedUp, warnings.length], [undefined, 3, 1]);
    assert.match(warnings[0] ?? "", /^enrol: warning: no thread can be started here.* worker-src 'self' or blob:$/);
  });
}
