// The host of an operation: answers its effects from what the caller gave.

import type { Effect } from "../abi.js";
import type { AuditFunction } from "../audit.js";
import { failure, type Host } from "../instance.js";
import type { Kdf } from "../kdf.js";
import type { Service } from "../services.js";
import type { Store } from "../store.js";
import type { Answer } from "./answer.js";
import { audit } from "./audit.js";
import { callback } from "./callback.js";
import { entropy } from "./entropy.js";
import { kdf } from "./kdf.js";
import { commit, get, scan } from "./store.js";

/** What the caller gave. */
export interface Environment {
  readonly store: Store;
  readonly services: ReadonlyMap<string, Service>;
  readonly audit: AuditFunction;
  readonly kdf: Kdf;
}

/**
 * Makes the host of one operation, which is given up when the signal aborts.
 * `seen` learns of every effect before it is answered.
 */
export function hostOf(environment: Environment, signal: AbortSignal, seen: (effect: Effect) => void): Host {
  return (effect, request) => {
    seen(effect);
    try {
      return perform(environment, effect, JSON.parse(request), signal);
    } catch {
      return failure("the request of the effect cannot be read");
    }
  };
}

// biome-ignore lint/suspicious/noExplicitAny: the module is trusted to ask what the ABI says
function perform(environment: Environment, effect: Effect, request: any, signal: AbortSignal): Answer {
  switch (effect) {
    case "now":
      return JSON.stringify({ unix_ms: Date.now() });
    case "entropy":
      return entropy(request);
    case "kv_get":
      return get(environment.store, request);
    case "kv_commit":
      return commit(environment.store, request);
    case "kv_scan":
      return scan(environment.store, request);
    case "audit":
      return audit(environment.audit, request);
    case "callback":
      return callback(environment.services, request, signal);
    case "kdf":
      return kdf(environment.kdf, request);
  }
}
