// The main entry for Node, and whatever else takes Node's: Deno and Bun.

import { creator } from "./create.js";
import type { CreateEnrol } from "./enrol.js";
import { nodeKdf } from "./node/kdf.js";
import { loadModule } from "./node/module.js";
import { platformKdf } from "./node/platform-kdf.js";

export * from "./api.js";

/** Makes an engine. */
export const createEnrol: CreateEnrol = creator({ loadModule, kdf: platformKdf, native: nodeKdf, requestBound: false });
