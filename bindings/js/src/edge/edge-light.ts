// The entry for Vercel's edge functions and Next.js's edge runtime, which compile
// nothing at run time: bundlers for them take "?module" as a compiled module.

import argon2id from "../argon2id.wasm?module";
import { creator } from "../create.js";
import type { CreateEnrol } from "../enrol.js";
import { webKdf } from "../kdf.js";
import module from "../signup.wasm?module";
import { edgeKdf } from "./kdf.js";

export * from "../api.js";

/**
 * Makes an engine. It may be called at module scope: the first operation prepares the store. Pass
 * waitUntil of @vercel/functions as the option `waitUntil`, so that events are delivered. Also call
 * upkeep from a cron job, which retries deliveries and removes expired records.
 */
export const createEnrol: CreateEnrol = creator({
  loadModule: () => module,
  kdf: edgeKdf(argon2id),
  native: webKdf,
  requestBound: true,
});
