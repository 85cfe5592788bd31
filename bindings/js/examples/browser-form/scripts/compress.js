// Compresses what was built, once, for servers that send such files: the module is
// large, and most of it can be saved.

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { brotliCompressSync, constants } from "node:zlib";

const assets = new URL("../dist/assets/", import.meta.url);

for (const name of readdirSync(assets)) {
  const file = new URL(name, assets);
  const params = { [constants.BROTLI_PARAM_QUALITY]: 9 }; // beyond it, seconds buy little
  writeFileSync(new URL(`${name}.br`, assets), brotliCompressSync(readFileSync(file), { params }));
}
