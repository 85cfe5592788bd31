// The shipped module, from disk or, if that cannot be read, from the code.

import { readFile } from "node:fs/promises";
import { loadInline } from "../inline/module.js";
import type { WasmModule } from "../options.js";

let compiled: Promise<WebAssembly.Module> | undefined;

/**
 * Compiles the shipped module, once per process. It is read from this package; if a bundler did not
 * include it, or Deno may not read files, the copy in the code is used.
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
