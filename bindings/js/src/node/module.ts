// The module that is shipped, from disk, or where that cannot be read from within
// the code.

import { readFile } from "node:fs/promises";
import { loadInline } from "../inline/module.js";
import type { WasmModule } from "../options.js";

let compiled: Promise<WebAssembly.Module> | undefined;

/**
 * Compiles the shipped module, once in a process. It is read from beside this
 * package; a bundler that left it behind, and a Deno that may not read files, get
 * the copy in the code.
 */
export function loadModule(): Promise<WasmModule> {
  compiled ??= read().catch((error: unknown) => {
    compiled = undefined;
    throw error;
  });
  return compiled;
}

async function read(): Promise<WasmModule> {
  let bytes: Uint8Array<ArrayBuffer>;
  try {
    bytes = await readFile(new URL("../signup.wasm", import.meta.url));
  } catch {
    return loadInline();
  }
  return WebAssembly.compile(bytes);
}
