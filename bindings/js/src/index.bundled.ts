// The entry for bundles that signup.wasm is served next to, as by bundlers that include it because of
// `new URL(…, import.meta.url)`: without the copy in the code, which a bundle would carry in vain.

import { creator } from "./create.js";
import type { CreateEnrol } from "./enrol.js";
import { loadFetched } from "./fetched.js";
import { webKdf } from "./kdf.js";
import { byBlob, byFile } from "./threads/web.js";
import { webPlatformKdf } from "./threads/web-kdf.js";

export * from "./api.js";

/** Makes an engine. Without the option `module` it fetches signup.wasm from where the bundler put it. */
export const createEnrol: CreateEnrol = creator({
  loadModule: loadFetched,
  kdf: webPlatformKdf([byFile, byBlob], loadFetched),
  native: webKdf,
  requestBound: false,
});
