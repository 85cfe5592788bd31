// The entry for Cloudflare Workers and workerd, which compile nothing at run time: the module is
// compiled when the worker is deployed.

import * as workers from "cloudflare:workers";
import argon2id from "../argon2id.wasm";
import { creator } from "../create.js";
import type { CreateEnrol } from "../enrol.js";
import { webKdf } from "../kdf.js";
import module from "../signup.wasm";
import { edgeKdf } from "./kdf.js";

export * from "../api.js";

/**
 * Makes an engine. It may be called at module scope: the first operation prepares the store. Events
 * are delivered while the platform's waitUntil keeps the worker alive. Also call upkeep from a cron
 * trigger, which retries deliveries and removes expired records.
 */
export const createEnrol: CreateEnrol = creator({
  loadModule: () => module,
  kdf: edgeKdf(argon2id),
  native: webKdf,
  requestBound: true,
  waitUntil: workers.waitUntil,
});
