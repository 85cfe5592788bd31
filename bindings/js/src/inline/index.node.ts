// The entry with the module in its code, with Node's password hashing.

import { creator } from "../create.js";
import type { CreateEnrol } from "../enrol.js";
import { nodeKdf } from "../node/kdf.js";
import { platformKdf } from "../node/platform-kdf.js";
import { loadInline } from "./module.js";

export * from "../api.js";

/** Makes an engine, of the module that is in the code. */
export const createEnrol: CreateEnrol = creator({
  loadModule: loadInline,
  kdf: platformKdf,
  native: nodeKdf,
  requestBound: false,
});
