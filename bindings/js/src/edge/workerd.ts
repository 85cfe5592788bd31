// The entry for Cloudflare Workers and workerd, which compile nothing at run
// time: the module comes in as one that was compiled when the worker was made.

import * as workers from "cloudflare:workers";
import { creator } from "../create.js";
import type { CreateEnrol } from "../enrol.js";
import { webKdf } from "../kdf.js";
import module from "../signup.wasm";

export * from "../api.js";

/**
 * Makes an engine. It may be called at module scope: the first operation
 * prepares the store. What a request committed is delivered while the platform's
 * waitUntil keeps the worker alive; call upkeep from a cron trigger as well, for
 * what has to be tried again later and what has expired.
 */
export const createEnrol: CreateEnrol = creator({
  loadModule: () => module,
  kdf: webKdf,
  requestBound: true,
  waitUntil: workers.waitUntil,
});
