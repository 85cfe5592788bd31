// The main entry for browsers and bundlers: nothing of Node.

import { creator } from "./create.js";
import type { CreateEnrol } from "./enrol.js";
import { loadInline } from "./inline/module.js";
import { webKdf } from "./kdf.js";
import type { WasmModule } from "./options.js";

export * from "./api.js";

/**
 * Makes an engine. Without the option `module` it fetches signup.wasm from
 * beside this file, which Vite, webpack and others that know
 * `new URL(…, import.meta.url)` provide for. Where it is not there, as behind
 * esbuild, it takes the copy that the code has for this.
 */
export const createEnrol: CreateEnrol = creator({ loadModule, kdf: webKdf, requestBound: false });

async function loadModule(): Promise<WasmModule> {
  try {
    const response = await fetch(new URL("./signup.wasm", import.meta.url));
    if (response.ok) {
      return await WebAssembly.compile(await response.arrayBuffer());
    }
  } catch {
    // No file, or a page in its place: servers answer what they do not have with one.
  }
  return loadInline();
}
