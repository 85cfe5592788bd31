// Prints how large the package is: packed and unpacked, the module, and what each
// entry adds to a bundle, without the module.

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants } from "node:zlib";
import { build } from "esbuild";

const home = fileURLToPath(new URL("../", import.meta.url));
const { name, exports } = JSON.parse(readFileSync(`${home}package.json`, "utf8"));

const brotli = (bytes) =>
  brotliCompressSync(bytes, {
    params: { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length, [constants.BROTLI_PARAM_QUALITY]: 11 },
  }).length;

const print = (what, bytes, compressed) => {
  const kb = (n) => `${(n / 1000).toFixed(1)} kB`.padStart(11);
  process.stdout.write(`${what.padEnd(24)}${kb(bytes)}${compressed === undefined ? "" : kb(compressed)}\n`);
};

/** What a bundle of one file holds, minified; what it imports only when it has to is not counted. */
async function bundled(path) {
  const { outputFiles, metafile } = await build({
    absWorkingDir: home,
    entryPoints: [path],
    bundle: true,
    minify: true,
    splitting: true,
    format: "esm",
    target: "es2022",
    outdir: "size",
    metafile: true,
    write: false,
    logLevel: "error",
    external: ["node:*", "*.wasm", "*.wasm?module", "cloudflare:*", "bun:*"],
  });
  const [entry] = outputFiles.filter(({ path }) => path.endsWith(".js"));
  const needed = new Set();
  const need = (name) => {
    if (!needed.has(name)) {
      needed.add(name);
      for (const { kind, path } of metafile.outputs[name]?.imports ?? []) {
        if (kind === "import-statement") {
          need(path);
        }
      }
    }
  };
  need(relative(home, entry.path));
  return Buffer.concat(
    outputFiles
      .filter(({ path, text }) => needed.has(relative(home, path)) && !text.includes("H4sI")) // the module as text
      .map(({ contents }) => contents),
  );
}

const [packed] = JSON.parse(
  execFileSync("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], { cwd: home, encoding: "utf8" }),
);
process.stdout.write(`${" ".repeat(24)}${"raw".padStart(11)}${"compressed".padStart(11)}\n`);
print("the package", packed.unpackedSize, packed.size);
const module = readFileSync(`${home}dist/signup.wasm`);
print("the module, brotli", module.length, brotli(module));
process.stdout.write("\nEntries, minified, and with brotli:\n");
for (const [path, conditions] of Object.entries(exports)) {
  for (const [condition, file] of typeof conditions === "object" ? Object.entries(conditions) : []) {
    if (condition !== "types" && file.endsWith(".js")) {
      const bytes = await bundled(file);
      print(
        `${name.split("/")[1]}${path.slice(1)}${condition === "default" ? "" : ` (${condition})`}`,
        bytes.length,
        brotli(bytes),
      );
    }
  }
}
