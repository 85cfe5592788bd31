// What createEnrol takes.

import type { Audit } from "./audit.js";
import type { WaitUntil } from "./call.js";
import type { Kdf } from "./kdf.js";
import type { Services } from "./services.js";
import type { Store } from "./store.js";

/**
 * The platform's WebAssembly.Module. Spelled this way, it is a type also where
 * the compiler is told nothing of WebAssembly, as with Node's types alone.
 */
export type WasmModule = typeof globalThis extends { WebAssembly: { Module: { prototype: infer M } } } ? M : object;

/** What the module can be given as. */
export type ModuleSource = WasmModule | ArrayBuffer | ArrayBufferView<ArrayBuffer>;

/** What createEnrol takes. */
export interface EnrolOptions {
  /** The text of an sso.conf. */
  conf: string;
  /**
   * The secret key, `keyid:base64url(32 bytes)`. During a rotation both keys,
   * the newest first, separated by a comma: the store moves on to the newer one
   * in the background. It belongs outside the store.
   */
  secretKey: string;
  /** Where everything is kept. */
  store: Store;
  /** Services that the configuration names, other than by a URL. */
  services?: Services | undefined;
  /** Where the audit trail goes. Required: say `() => {}` to have none. */
  audit: Audit;
  /** The module, where the platform cannot load it by itself. */
  module?: ModuleSource | PromiseLike<ModuleSource> | undefined;
  /**
   * Milliseconds that an operation may take; 30,000 if not given. In dispatch,
   * which may have many calls to make, each step may take that long, and always
   * 35,000.
   */
  timeoutMs?: number | undefined;
  /** Milliseconds between background dispatches; 1,000 if not given, 0 for no timer, as on edge workers. */
  dispatchIntervalMs?: number | undefined;
  /**
   * Milliseconds between rounds that remove what has expired and, with two
   * secret keys, move the store on to the newer one; the first at start; 600,000
   * if not given, 0 for none, as on edge workers.
   */
  purgeIntervalMs?: number | undefined;
  /** The memory beyond which an instance of the module is replaced; 256 MiB if not given. */
  maxMemoryBytes?: number | undefined;
  /** Hashes passwords; the platform's own if not given. */
  kdf?: Kdf | undefined;
  /** Learns of what goes wrong in the background; writes one line to the console if not given. */
  onFault?: ((error: Error) => void) | undefined;
  /**
   * Keeps a worker alive while what was committed is delivered. It is called
   * after each commit; the platform's own if it has one, as on Cloudflare
   * Workers, and otherwise a timer does.
   */
  waitUntil?: WaitUntil | undefined;
}
