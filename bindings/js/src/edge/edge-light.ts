// The entry for Vercel's edge functions and Next.js's edge runtime, which compile
// nothing at run time: bundlers for them take "?module" as a compiled module.

import { creator } from "../create.js";
import type { CreateEnrol } from "../enrol.js";
import { webKdf } from "../kdf.js";
import module from "../signup.wasm?module";

export * from "../api.js";

/**
 * Makes an engine. It may be called at module scope: the first operation
 * prepares the store. Give waitUntil of @vercel/functions as the option
 * `waitUntil`, so that what a request committed is delivered; call upkeep from a
 * cron job as well, for what has to be tried again later and what has expired.
 */
export const createEnrol: CreateEnrol = creator({ loadModule: () => module, kdf: webKdf, requestBound: true });
