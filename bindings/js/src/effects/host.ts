// The host of an operation: answers its effects with the caller's options.

import type { Effect } from "../abi.js";
import type { AuditFunction } from "../audit.js";
import { failure, type Host } from "../instance.js";
import type { Service } from "../services.js";
import type { Store } from "../store.js";
import type { Answer } from "./answer.js";
import { audit } from "./audit.js";
import { type Calls, callback } from "./callback.js";
import { entropy } from "./entropy.js";
import { type Derive, kdf } from "./kdf.js";
import { commit, get, scan } from "./store.js";

/** The caller's options. */
export interface Environment {
  readonly store: Store;
  readonly services: ReadonlyMap<string, Service>;
  readonly audit: AuditFunction;
  readonly kdf: Derive;
}

/**
 * Makes the host of one operation. `seen` is called with every effect before it is answered.
 */
export function hostOf(environment: Environment, calls: Calls, seen: (effect: Effect) => void): Host {
  return (effect, request) => {
    seen(effect);
    try {
      return perform(environment, effect, JSON.parse(request), calls);
    } catch {
      return failure("the request of the effect cannot be read");
    }
  };
}

// biome-ignore lint/suspicious/noExplicitAny: the module is trusted to ask what the ABI says
function perform(environment: Environment, effect: Effect, request: any, calls: Calls): Answer {
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
      return callback(environment.services, request, calls);
    case "kdf":
      return kdf(environment.kdf, request, calls.signal, calls.operation);
  }
}
