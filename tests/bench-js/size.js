// What the two packages take on the disk.

import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants } from "node:zlib";

const home = dirname(fileURLToPath(import.meta.url));
const module = join(home, "node_modules/@enrol-sso/enrol/dist/signup.wasm");

/** The bytes of an installed package with all that it depends on. */
export function installed(name) {
  return [...withDependencies(name)].reduce((sum, folder) => sum + bytesIn(folder), 0);
}

/** The bytes of the module, raw and as brotli. */
export function moduleBytes() {
  const raw = readFileSync(module);
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: raw.length };
  return { raw: raw.length, brotli: brotliCompressSync(raw, { params }).length };
}

/** The folders of a package and of its dependencies, as Node finds them. */
function withDependencies(name, from = home, found = new Set()) {
  const folder = find(name, from);
  if (folder && !found.has(folder)) {
    found.add(folder);
    const { dependencies = {} } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    for (const needed of Object.keys(dependencies)) {
      withDependencies(needed, folder, found);
    }
  }
  return found;
}

function find(name, from) {
  for (let at = from; ; at = dirname(at)) {
    const folder = join(at, "node_modules", name);
    if (statSync(folder, { throwIfNoEntry: false })) {
      return folder;
    }
    if (dirname(at) === at) {
      throw new Error(`${name}, which ${from} needs, is not installed`);
    }
  }
}

/** The bytes of a package: of what it publishes, where it is a link to its sources. */
function bytesIn(folder) {
  const { name, files } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const published = name === "@enrol-sso/enrol" ? files : ["."];
  return published.reduce((sum, path) => sum + bytesOf(join(folder, path)), 0);
}

function bytesOf(path) {
  const stat = statSync(path);
  if (!stat.isDirectory()) {
    return stat.size;
  }
  return readdirSync(path)
    .filter((name) => name !== "node_modules")
    .reduce((sum, name) => sum + bytesOf(join(path, name)), 0);
}
