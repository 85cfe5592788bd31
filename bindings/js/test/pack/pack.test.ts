// The packed package in empty projects of every kind: each installs the tarball,
// is built by its own tools, and does a real signup.

import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { build as esbuild } from "esbuild";
import { build as vite } from "vite";
import webpack from "webpack";
import { folder, output, PROGRAM, pack, packCreate, project, tool } from "./project.js";
import { visit } from "./site.js";

let parent = "";
let tarball = "";
let remove = async () => {};

before(async () => {
  ({ path: parent, remove } = await folder());
  tarball = await pack(parent);
});

after(() => remove());

test("the package has the list of the keys of the configuration", async () => {
  const listed = await output(parent, "tar", "-tzf", tarball);
  assert.match(listed, /^package\/CONFIGURATION\.md$/m);
});

test("the package of npm create has its license, and every file of the templates", async () => {
  const create = new URL("../../create/", import.meta.url);
  const created = await packCreate(parent);
  const entries = await readdir(new URL("templates/", create), { recursive: true, withFileTypes: true });
  const templates = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => relative(fileURLToPath(create), join(parentPath, name)));
  const listed = (await output(parent, "tar", "-tzf", created)).split("\n").map((path) => path.replace("package/", ""));
  assert.deepEqual(listed.sort(), ["LICENSE", "README.md", "create.js", "package.json", ...templates].sort());
  const license = await output(parent, "tar", "-xzOf", created, "package/LICENSE");
  assert.equal(license, (await readFile(new URL("../../../../LICENSE", import.meta.url), "utf8")).trim());
});

const TSCONFIG = {
  compilerOptions: {
    target: "es2023",
    lib: ["es2023", "dom"],
    types: [],
    strict: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: false,
    outDir: "out",
  },
  include: ["*.ts"],
};

for (const [module, moduleResolution] of [
  ["nodenext", "nodenext"],
  ["esnext", "bundler"],
] as const) {
  test(`in TypeScript with ${moduleResolution}, without Node's types`, async () => {
    const compilerOptions = { ...TSCONFIG.compilerOptions, module, moduleResolution };
    const path = await project(parent, tarball, {
      "package.json": '{ "type": "module" }',
      "tsconfig.json": JSON.stringify({ ...TSCONFIG, compilerOptions }),
      "main.ts": PROGRAM,
      "entries.ts": `
        import type { Enrol } from "@enrol-sso/enrol/workerd";
        import { createEnrol } from "@enrol-sso/enrol/edge-light";
        import { SignupError } from "@enrol-sso/enrol/inline";
        import { createEnrol as createBundled } from "@enrol-sso/enrol/bundled";
        import { type Mail, type MailOptions, mailOf, mailService } from "@enrol-sso/enrol/mail";
        import { workerKdf } from "@enrol-sso/enrol/node";
        import { messageService } from "@enrol-sso/enrol/services";
        import { verifyWebhook } from "@enrol-sso/enrol/webhook";
        import module from "@enrol-sso/enrol/signup.wasm";
        export const all: unknown[] = [createEnrol, createBundled, SignupError, workerKdf, messageService, verifyWebhook, module];
        export const mails: [typeof mailOf, Mail["headers"], MailOptions] | undefined = undefined;
        export const mail = mailService(({ from, to, cc, subject, text, html, language }) => [from, to, ...cc, subject, text, html, language]);
        export async function scoped(enrol: Enrol): Promise<void> {
          await using engine = enrol;
          await engine.ready();
        }
      `,
    });
    await output(path, tool("tsc"), "-p", ".");
    assert.equal(await output(path, process.execPath, "out/main.js"), "signed up");
  });
}

test("in CommonJS, by a dynamic import", async () => {
  const body = PROGRAM.replace(/^import (.*) from (.*);$/gm, "const $1 = await import($2);");
  const path = await project(parent, tarball, { "main.cjs": `(async () => {${body}})();` });
  assert.equal(await output(path, process.execPath, "main.cjs"), "signed up");
});

test("with esbuild for browsers, which does not include the module", async () => {
  const path = await project(parent, tarball, { "main.js": PROGRAM });
  const outdir = join(path, "dist");
  await esbuild({
    absWorkingDir: path,
    entryPoints: ["main.js"],
    bundle: true,
    format: "esm",
    outdir,
    logLevel: "error",
  });
  assert.deepEqual(await readdir(outdir), ["main.js"]);
  const { printed, paths } = await visit(outdir, "main.js");
  assert.equal(printed, "signed up");
  assert.deepEqual(paths, ["/main.js", "/signup.wasm"]);
});

test("with esbuild for Node, in one file, by either entry", async () => {
  const inline = PROGRAM.replace('enrol"', 'enrol/inline"');
  const path = await project(parent, tarball, { "main.js": PROGRAM, "inline.js": inline });
  for (const name of ["main", "inline"]) {
    await esbuild({
      absWorkingDir: path,
      entryPoints: [`${name}.js`],
      bundle: true,
      format: "esm",
      platform: "node",
      outfile: join(path, `alone/${name}.mjs`),
      logLevel: "error",
    });
    assert.equal(await output(join(path, "alone"), process.execPath, `${name}.mjs`), "signed up");
  }
});

test("with Vite, which includes the module", async () => {
  const path = await project(parent, tarball, {
    "index.html": '<!doctype html><script type="module" src="/main.js"></script>',
    "main.js": PROGRAM,
  });
  await vite({ root: path, logLevel: "error", build: { target: "es2022", modulePreload: { polyfill: false } } });
  const root = join(path, "dist");
  const entry = /src="\/(assets\/[^"]+\.js)"/.exec(await readFile(join(root, "index.html"), "utf8"))?.[1] ?? "";
  const { printed, paths } = await visit(root, entry);
  assert.equal(printed, "signed up");
  assert.equal(paths.length, 2, `it asked for ${paths}`);
  assert.match(paths[1] ?? "", /^\/assets\/signup-.*\.wasm$/);
});

test("with webpack, which includes the module", async () => {
  const path = await project(parent, tarball, { "main.js": PROGRAM });
  const root = join(path, "dist");
  const compiler = webpack({
    context: path,
    mode: "production",
    target: ["web", "es2022"],
    entry: "./main.js",
    experiments: { outputModule: true },
    output: { path: root, filename: "main.js", module: true },
  });
  const stats = await promisify(compiler.run.bind(compiler))();
  assert(!stats?.hasErrors(), stats?.toString());
  const { printed, paths } = await visit(root, "main.js");
  assert.equal(printed, "signed up");
  assert.equal(paths.length, 2, `it asked for ${paths}`);
  assert.match(paths[1] ?? "", /\.wasm$/);
});

test("unused messages are left out by a bundler", async () => {
  const program = 'import { de, messageFor } from "@enrol-sso/enrol/messages"; console.log(messageFor("E001003", de));';
  const path = await project(parent, tarball, { "main.js": program });
  const { outputFiles } = await esbuild({
    absWorkingDir: path,
    entryPoints: ["main.js"],
    bundle: true,
    format: "esm",
    write: false,
    logLevel: "error",
  });
  const text = outputFiles[0]?.text ?? "";
  assert(text.includes("Benutzername"));
  assert(!text.includes("utilisateur") && !text.includes("WebAssembly"));
});

test("mails are bundled without the engine and the stores", async () => {
  const program = `
    import { mailOf } from "@enrol-sso/enrol/mail";
    const data = { kind: "welcome", to: "ada@example.com", username: "ada", from: "hello@example.com", locale: "de" };
    const mail = mailOf({ type: "user.message", timestamp: "2026-03-01T23:59:58.123Z", data }, "id");
    console.log(mail.subject);
  `;
  const path = await project(parent, tarball, { "main.js": program });
  await esbuild({
    absWorkingDir: path,
    entryPoints: ["main.js"],
    bundle: true,
    format: "esm",
    outfile: join(path, "alone/main.mjs"),
    logLevel: "error",
  });
  const bundle = await readFile(join(path, "alone/main.mjs"), "utf8");
  assert(!bundle.includes("WebAssembly") && bundle.length < 80_000, `it has ${bundle.length} bytes`);
  assert.equal(await output(join(path, "alone"), process.execPath, "main.mjs"), "Willkommen bei example.com");
});
