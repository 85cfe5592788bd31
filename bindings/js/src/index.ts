// The main entry for browsers and bundlers, without Node.

import { creator } from "./create.js";
import type { CreateEnrol } from "./enrol.js";
import { loadInline } from "./inline/module.js";
import { webKdf } from "./kdf.js";
import type { WasmModule } from "./options.js";

export * from "./api.js";

/**
 * Makes an engine. Without the option `module` it fetches signup.wasm from the folder of this file,
 * which Vite, webpack and other bundlers with support for `new URL(…, import.meta.url)` include. If
 * it is missing, as with esbuild, it uses the copy in the code.
 */
export const createEnrol: CreateEnrol = creator({ loadModule, kdf: webKdf, requestBound: false });

async function loadModule(): Promise<WasmModule> {
  try {
    const response = await fetch(new URL("./signup.wasm", import.meta.url));
    if (response.ok) {
      return await WebAssembly.compile(await response.arrayBuffer());
    }
  } catch {
    // There is no file, or a page in its place, which some servers send for missing files.
  }
  return loadInline();
}
