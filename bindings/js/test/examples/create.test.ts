// npm create @enrol-sso: each template, made by the packed command, with the packed package and
// with dependencies that the examples have too.

import assert from "node:assert/strict";
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { until } from "../fixture.js";
import { installed } from "../stores/runtimes/installed.js";
import { at, folder, freePort, post } from "./example.js";

const home = fileURLToPath(new URL("../../", import.meta.url));
const user = { username: "ada", password: "vexing otter lamps 9", email: "ada@example.com" };
const env = { ...process.env, CI: "1", WRANGLER_SEND_METRICS: "false", WRANGLER_WRITE_LOGS: "false" };

let path = "";
let remove = () => {};

before(() => {
  ({ path, remove } = folder());
  for (const [name, from] of [
    ["enrol", home],
    ["create", `${home}create/`],
  ] as const) {
    const args = ["pack", "--silent", "--ignore-scripts", "--pack-destination", path];
    const tarball = execFileSync("npm", args, { cwd: from, encoding: "utf8" }).trim();
    mkdirSync(join(path, name));
    execFileSync("tar", ["-xzf", join(path, tarball), "-C", join(path, name), "--strip-components=1"]);
  }
});

after(() => remove());

interface Project {
  path: string;
  dependencies: Record<string, string>;
}

/** Makes a project, with the packed package and these dependencies of an example in its node_modules. */
function create(template: string, example: string, dependencies: readonly string[]): Project {
  const made = join(path, `my-${template}`);
  const args = [join(path, "create/create.js"), made, "--template", template, "--enrol", "file:../enrol.tgz"];
  assert.match(execFileSync(process.execPath, args, { encoding: "utf8" }), /npm install\n {2}npm run dev/);
  const project = JSON.parse(readFileSync(join(made, "package.json"), "utf8"));
  assert.deepEqual([project.name, project.dependencies["@enrol-sso/enrol"]], [`my-${template}`, "file:../enrol.tgz"]);
  const modules = join(made, "node_modules");
  mkdirSync(join(modules, "@enrol-sso"), { recursive: true });
  cpSync(join(path, "enrol"), join(modules, "@enrol-sso/enrol"), { recursive: true });
  const own = JSON.parse(readFileSync(at(`${example}/package.json`), "utf8"));
  for (const name of dependencies) {
    const wanted = project.dependencies[name] ?? project.devDependencies[name];
    assert.equal(wanted, own.dependencies[name] ?? own.devDependencies[name], `the version of ${name}`);
    link(at(`${example}/node_modules/${name}`), join(modules, name));
  }
  const shipped = JSON.parse(readFileSync(`${home}package.json`, "utf8"));
  for (const name of Object.keys(shipped.dependencies)) {
    link(`${home}node_modules/${name}`, join(modules, name));
  }
  return { path: made, dependencies: project.dependencies };
}

function link(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  symlinkSync(from, to);
}

/** Signs up, confirms with the token of the mail, and logs in. */
async function walk(
  send: (path: string, body: unknown, headers?: Record<string, string>) => Promise<Response>,
  printed: () => string,
): Promise<void> {
  const answer = await send("/api/signup", user);
  assert.equal(answer.status, 200, await answer.clone().text());
  const { username, password } = user;
  assert.equal((await send("/login", { username, password })).status, 401);
  const link = /^http:\/\/localhost:\d+\/confirm#([\w-]{32})$/m;
  await until(() => link.test(printed()));
  const token = link.exec(printed())?.[1];
  assert.equal((await send("/api/confirm", { token })).status, 400);
  assert.equal((await send("/api/confirm", { token, password })).status, 200);
  for (const mistake of [null, [], {}, { username, password: 7 }, { username, password: "x".repeat(70_000) }]) {
    const { status } = await send("/login", mistake);
    assert([400, 413].includes(status), `${JSON.stringify(mistake)}: ${status}`);
  }
  const elsewhere = { origin: "https://evil.example" };
  assert.equal((await send("/login", { username, password }, elsewhere)).status, 403);
  const login = await send("/login", { username, password });
  assert.deepEqual([login.status, await login.json()], [200, { username }]);
}

test("hono: a server", async (t) => {
  const dependencies = ["hono", "@hono/node-server", "typescript", "@types/node"];
  const project = create("hono", "hono-node-sqlite", dependencies);
  assert.equal(statSync(join(project.path, ".env")).mode & 0o777, 0o600);
  assert.match(readFileSync(join(project.path, ".gitignore"), "utf8"), /^\.env$/m);
  execFileSync(join(at("hono-node-sqlite"), "node_modules/.bin/tsc"), { cwd: project.path, stdio: "inherit" });
  const port = await freePort();
  const args = ["--env-file=.env", "src/server.ts"];
  const server = spawn(process.execPath, args, { cwd: project.path, env: { ...env, PORT: String(port) } });
  t.after(() => server.kill());
  const printed = outputOf(server);
  await until(() => printed().includes("listening") || server.exitCode !== null);
  const url = `http://localhost:${port}`;
  for (const [page, text] of [
    ["/", "<h1>Sign up</h1>"],
    ["/confirm", "<h1>Confirm your address</h1>"],
    ["/forms.js", "application/json"],
  ]) {
    assert((await (await fetch(url + page)).text()).includes(text ?? ""), `${page}: ${printed()}`);
  }
  await walk((path, body, headers) => post(url + path, body as object, headers), printed);
  assert(!printed().includes("warning"), printed());
});

/** What a process has printed so far. */
function outputOf(child: ChildProcess): () => string {
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (text: string) => {
      printed += text;
    });
  }
  return () => printed;
}

test("next: its routes", async (t) => {
  const project = create("next", "next-route", []);
  const program = `
    import { createServer } from "node:http";
    import * as api from "./app/api/[operation]/route.ts";
    import * as login from "./app/login/route.ts";
    createServer(async (request, response) => {
      const chunks = await request.toArray();
      const route = request.url === "/login" ? login : api;
      const headers = { "x-forwarded-for": request.socket.remoteAddress, ...request.headers }; // as Next.js does
      const init = { method: "POST", headers, body: Buffer.concat(chunks) };
      const answer = await route.POST(new Request("http://localhost" + request.url, init));
      response.writeHead(answer.status).end(await answer.text());
    }).listen(0, function () { console.log("port " + this.address().port); });`;
  const args = ["--env-file=.env.local", "--input-type=module", "--eval", program];
  const server = spawn(process.execPath, args, { cwd: project.path, env });
  t.after(() => server.kill());
  const printed = outputOf(server);
  await until(() => /port \d+/.test(printed()) || server.exitCode !== null);
  const port = /port (\d+)/.exec(printed())?.[1] ?? assert.fail(printed());
  const url = `http://localhost:${port}`;
  await walk((path, body, headers) => post(url + path, body as object, headers), printed);
  const statuses: number[] = [];
  for (let i = 0; i < 31 && statuses.at(-1) !== 429; i++) {
    const forged = { "x-forwarded-for": `198.51.100.${i}` };
    statuses.push((await post(`${url}/api/resend`, { username: "bea", email: "bea@example.com" }, forged)).status);
  }
  assert.equal(statuses.at(-1), 429, "clients choose their address");
  assert.match(printed(), /all clients share one limit/);
});

test("no form puts a password into a URL", () => {
  const folder = join(path, "create/templates/shared/public");
  for (const name of readdirSync(folder).filter((name) => name.endsWith(".html"))) {
    const forms = readFileSync(join(folder, name), "utf8").match(/<form\b[^>]*>/g) ?? [];
    assert(forms.length > 0 && forms.every((form) => /\smethod="post"/.test(form)), `${name}: ${forms.join()}`);
  }
});

interface Miniflare {
  dispatchFetch(url: string, init?: object): Promise<Response>;
  dispose(): Promise<void>;
}
const { Miniflare } = installed("miniflare") as { Miniflare: new (options: object) => Miniflare };

test("workers: the Worker as wrangler builds it", async (t) => {
  const project = create("workers", "cloudflare-d1", ["wrangler"]);
  const wrangler = join(at("cloudflare-d1"), "node_modules/.bin/wrangler");
  const args = ["deploy", "--dry-run", "--outdir", "dist"];
  execFileSync(wrangler, args, { cwd: project.path, env, stdio: "pipe" });
  const dist = join(project.path, "dist");
  const built = readdirSync(dist).filter((name) => /\.(js|wasm)$/.test(name));
  let printed = "";
  const miniflare = new Miniflare({
    modules: built
      .sort()
      .reverse() // the Worker itself comes first
      .map((path) => ({
        type: path.endsWith(".js") ? "ESModule" : "CompiledWasm",
        path,
        contents: readFileSync(join(dist, path)),
      })),
    compatibilityDate: "2026-04-01",
    cf: false,
    d1Databases: ["DB"],
    bindings: {
      ENROL_KEY: readFileSync(join(project.path, ".dev.vars"), "utf8").trim().replace("ENROL_KEY=", ""),
      PUBLIC_URL: "http://localhost:3000",
    },
    handleRuntimeStdio: (stdout: NodeJS.ReadableStream) => {
      stdout.setEncoding("utf8").on("data", (text: string) => {
        printed += text;
      });
    },
  });
  t.after(() => miniflare.dispose());
  const headers = { "content-type": "application/json", "cf-connecting-ip": "203.0.113.7" };
  await walk(
    (path, body, more) =>
      miniflare.dispatchFetch(`http://localhost${path}`, {
        method: "POST",
        headers: { ...headers, ...more },
        body: JSON.stringify(body),
      }),
    () => printed,
  );
});

test("mistakes are explained, and nothing is overwritten", () => {
  mkdirSync(join(path, "full"));
  symlinkSync(path, join(path, "full", "file"));
  for (const [args, message] of [
    [["new", "--template", "rails"], /there is no template "rails"/],
    [["new", "--template", "toString"], /there is no template "toString"/],
    [["full", "--template", "hono"], /full is not empty/],
    [["--template", "hono"], /an argument is missing/],
    [["A b", "--template", "hono"], /must be letters, digits/],
    [["new", "--frob"], /--frob/],
  ] as const) {
    const options = { cwd: path, encoding: "utf8", stdio: "pipe" } as const;
    assert.throws(() => execFileSync(process.execPath, [join(path, "create/create.js"), ...args], options), {
      message,
    });
  }
});
