// The main entry for browsers, bundlers and edge workers: nothing of Node.

import { creator } from "./create.js";
import type { CreateEnrol } from "./enrol.js";
import { webKdf } from "./kdf.js";

export * from "./api.js";

/**
 * Makes an engine. Without the option `module` it fetches signup.wasm from
 * beside this file, which bundlers that know `new URL(…, import.meta.url)`
 * provide for. Platforms that compile nothing at run time need the option.
 */
export const createEnrol: CreateEnrol = creator({ loadModule, kdf: webKdf, requestBound: false });

async function loadModule(): Promise<WebAssembly.Module> {
  let response: Response | undefined;
  try {
    response = await fetch(new URL("./signup.wasm", import.meta.url));
  } catch {
    // Told below, like a response that is none.
  }
  if (!response?.ok) {
    throw new TypeError(
      'enrol: signup.wasm cannot be fetched: give "@enrol-sso/enrol/signup.wasm" as the option module',
    );
  }
  return WebAssembly.compile(await response.arrayBuffer());
}
