// The entry with the module in its code: one file that needs no other, for bundlers that do not
// include the .wasm, for Deno without permission to read files, and for scripts in a page. Edge
// workers that compile nothing cannot use it.

import { creator } from "../create.js";
import type { CreateEnrol } from "../enrol.js";
import { webKdf } from "../kdf.js";
import { byBlob } from "../threads/web.js";
import { webPlatformKdf } from "../threads/web-kdf.js";
import { loadInline } from "./module.js";

export * from "../api.js";

/** Makes an engine, of the module that is in the code. */
export const createEnrol: CreateEnrol = creator({
  loadModule: loadInline,
  kdf: webPlatformKdf([byBlob], loadInline),
  native: webKdf,
  requestBound: false,
});
