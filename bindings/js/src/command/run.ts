// Runs the WASI command with the arguments and the standard streams of this process.

import { readFileSync } from "node:fs";
import { WASI } from "node:wasi";
import { brotliDecompressSync } from "node:zlib";

const file = new URL("command.wasm.br", import.meta.url);
const wasi = new WASI({ version: "preview1", args: ["enrol", ...process.argv.slice(2)], returnOnExit: true });
const module = await WebAssembly.compile(brotliDecompressSync(readFileSync(file)));
process.exitCode = wasi.start(await WebAssembly.instantiate(module, wasi.getImportObject() as WebAssembly.Imports));
