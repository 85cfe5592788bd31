// Compiles the module, or says why that is not possible.

import type { WasmModule } from "./options.js";

/** The smallest module: its magic number and version. */
const SMALLEST = Uint8Array.of(0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00);

/**
 * Throws if nothing may be compiled here. Call it before the module is loaded, so that nothing is
 * loaded in vain.
 */
export function insistOnCompiling(): void {
  try {
    new WebAssembly.Module(SMALLEST);
  } catch (cause) {
    const remedy = "a Content-Security-Policy allows it with 'wasm-unsafe-eval' in script-src";
    throw new Error(`enrol: WebAssembly may not be compiled here: ${remedy}`, { cause });
  }
}

/** Compiles the bytes of the module. */
export function compile(bytes: BufferSource): Promise<WasmModule> {
  insistOnCompiling();
  return WebAssembly.compile(bytes);
}
