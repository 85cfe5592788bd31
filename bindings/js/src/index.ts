// The main entry for browsers and bundlers, without Node.

import { insistOnCompiling } from "./compile.js";
import { creator } from "./create.js";
import type { CreateEnrol } from "./enrol.js";
import { loadFetched } from "./fetched.js";
import { loadInline } from "./inline/module.js";
import { webKdf } from "./kdf.js";
import type { WasmModule } from "./options.js";
import { byBlob, byFile } from "./threads/web.js";
import { webPlatformKdf } from "./threads/web-kdf.js";

export * from "./api.js";

/**
 * Makes an engine. Without the option `module` it fetches signup.wasm from the folder of this file.
 * If it is missing, as with esbuild, it uses the copy in the code.
 */
export const createEnrol: CreateEnrol = creator({
  loadModule,
  kdf: webPlatformKdf([byFile, byBlob], loadModule),
  native: webKdf,
  requestBound: false,
});

async function loadModule(): Promise<WasmModule> {
  insistOnCompiling();
  try {
    return await loadFetched();
  } catch {
    // There is no file, or a page in its place, which some servers send for missing files.
    return loadInline();
  }
}
