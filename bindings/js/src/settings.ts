// Checks the options against their types, and fills in defaults.

import type { Audit, AuditFunction } from "./audit.js";
import type { WaitUntil } from "./call.js";
import { type Written, writeConf } from "./conf/write.js";
import type { Environment } from "./effects/host.js";
import type { Kdf } from "./kdf.js";
import { KdfQueue } from "./kdf-queue.js";
import { isObject, isPromise, kindOf, MAX_DELAY, need, needKnown, wholeNumber } from "./misuse.js";
import type { EnrolOptions, ModuleSource } from "./options.js";
import type { Platform } from "./platform.js";
import type { Service, Services } from "./services.js";
import type { Store } from "./store.js";

/** The options, checked and complete. */
export interface Settings {
  readonly platform: Platform;
  readonly configuration: string;
  readonly written: Written;
  readonly strict: boolean | undefined;
  readonly environment: Environment;
  /** What is tested of the kdf at start. */
  readonly proven: Kdf;
  /** Whether there are two secret keys, so that the store must move to the newer. */
  readonly rotating: boolean;
  readonly module: PromiseLike<ModuleSource> | ModuleSource | undefined;
  readonly timeoutMs: number;
  readonly dispatchIntervalMs: number;
  readonly purgeIntervalMs: number;
  readonly maxMemoryBytes: number;
  readonly onFault: (error: Error) => void;
  readonly waitUntil: WaitUntil | undefined;
  /** Keeps the threads that hash until the function that it returns is called. */
  readonly holdThreads: () => () => void;
}

const NAMES: Record<keyof EnrolOptions, true> = {
  conf: true,
  strict: true,
  secretKey: true,
  store: true,
  services: true,
  audit: true,
  module: true,
  timeoutMs: true,
  dispatchIntervalMs: true,
  purgeIntervalMs: true,
  maxMemoryBytes: true,
  kdf: true,
  onFault: true,
  waitUntil: true,
};

/** What a secret key that is not there is most often. */
const UNSET = ": if it comes from an environment variable or a binding, set that";

const MIN_MEMORY = 16 << 20; // an instance that has done little has less
const MAX_MEMORY = 2 ** 32; // what WebAssembly can have

/** Checks the options; no message contains a value. */
export function settle(options: EnrolOptions, platform: Platform): Settings {
  need(isObject(options), "createEnrol needs an object of options");
  needKnown(options, NAMES);
  const {
    conf,
    strict,
    secretKey,
    store,
    kdf = platform.kdf,
    onFault = report,
    waitUntil = platform.waitUntil,
  } = options;
  need(
    typeof conf === "string" || (isObject(conf) && !Array.isArray(conf)),
    `conf must be an object, or the text of an sso.conf, not ${kindOf(conf)}`,
  );
  need(strict === undefined || typeof strict === "boolean", `strict must be true or false, not ${kindOf(strict)}`);
  need(
    typeof secretKey === "string" && secretKey !== "",
    `secretKey must be a text like keyid:base64url(32 bytes), not ${kindOf(secretKey)}${secretKey ? "" : UNSET}`,
  );
  need(typeof kdf === "function", `kdf must be a function, not ${kindOf(kdf)}`);
  if (kdf.atOnce !== undefined) {
    wholeNumber("kdf.atOnce", kdf.atOnce, 1, 1024);
  }
  if (kdf.maxWaiting !== undefined) {
    wholeNumber("kdf.maxWaiting", kdf.maxWaiting, 1, 1_000_000);
  }
  need(typeof onFault === "function", `onFault must be a function, not ${kindOf(onFault)}`);
  need(
    waitUntil === undefined || typeof waitUntil === "function",
    `waitUntil must be a function, not ${kindOf(waitUntil)}`,
  );
  const { module } = options;
  need(
    module === undefined || isObject(module),
    `module must be a WebAssembly.Module or its bytes, or a promise, not ${kindOf(module)}`,
  );
  const written = writeConf(conf);
  const timers = !platform.requestBound; // where they outlive the request that set them
  return {
    platform,
    configuration: JSON.stringify({ conf: written.text, secret_key: secretKey }),
    written,
    strict,
    environment: {
      store: checkStore(store),
      services: readServices(options.services),
      audit: readAudit(options.audit),
      kdf: timers ? queued(kdf) : kdf,
    },
    proven: options.kdf ?? platform.native ?? kdf,
    rotating: secretKey.includes(","),
    module,
    timeoutMs: wholeNumber("timeoutMs", options.timeoutMs ?? 30_000, 1, MAX_DELAY),
    dispatchIntervalMs: wholeNumber(
      "dispatchIntervalMs",
      options.dispatchIntervalMs ?? (timers ? 1_000 : 0),
      0,
      MAX_DELAY,
    ),
    purgeIntervalMs: wholeNumber("purgeIntervalMs", options.purgeIntervalMs ?? (timers ? 600_000 : 0), 0, MAX_DELAY),
    maxMemoryBytes: wholeNumber("maxMemoryBytes", options.maxMemoryBytes ?? 256 << 20, MIN_MEMORY, MAX_MEMORY),
    onFault,
    waitUntil,
    holdThreads: (options.kdf ? undefined : platform.kdf.hold) ?? (() => () => {}),
  };
}

/**
 * Bounds how many passwords wait to be hashed. Not on edge workers, where no
 * request may wait for what is part of another.
 */
function queued(kdf: Kdf): Environment["kdf"] {
  const queue = new KdfQueue(kdf);
  return (request, signal, operation) => queue.derive(request, signal, operation);
}

function checkStore(store: Store): Store {
  need(
    isObject(store) && !(isPromise(store) && store.get === undefined),
    `store must be an object with get, commit and scan, not ${kindOf(store)}`,
  );
  for (const method of ["get", "commit", "scan"] as const) {
    need(typeof store[method] === "function", `store.${method} must be a function, not ${kindOf(store[method])}`);
  }
  return store;
}

function readServices(services: Services = {}): ReadonlyMap<string, Service> {
  need(isObject(services), `services must be an object of functions, not ${kindOf(services)}`);
  for (const [name, service] of Object.entries(services)) {
    need(typeof service === "function", `services[${JSON.stringify(name)}] must be a function, not ${kindOf(service)}`);
  }
  return new Map(Object.entries(services));
}

function readAudit(audit: Audit): AuditFunction {
  if (typeof audit === "function") {
    return audit;
  }
  need(
    isObject(audit) && typeof audit.append === "function",
    `audit must be a function or an object with append, not ${kindOf(audit)}; say () => {} to have no audit trail`,
  );
  return (event) => audit.append(event);
}

function report(error: Error): void {
  // biome-ignore lint/suspicious/noConsole: where nobody else listens
  console.error(`enrol: ${error.message}`);
}
