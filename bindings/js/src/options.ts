// The options of createEnrol.

import type { Audit } from "./audit.js";
import type { WaitUntil } from "./call.js";
import type { Conf } from "./conf/conf.js";
import type { Kdf } from "./kdf.js";
import type { Services } from "./services.js";
import type { Store } from "./store.js";

/**
 * The platform's WebAssembly.Module. This spelling is also a type if the compiler has no types of
 * WebAssembly, as with Node's types alone.
 */
export type WasmModule = typeof globalThis extends { WebAssembly: { Module: { prototype: infer M } } } ? M : object;

/** The forms in which the module can be passed. */
export type ModuleSource = WasmModule | ArrayBuffer | ArrayBufferView<ArrayBuffer>;

/** What createEnrol takes. */
export interface EnrolOptions {
  /** The configuration: an object, or the text of an sso.conf. */
  conf: Conf | string;
  /**
   * What happens to notices, which are warnings about the configuration: with true they are errors,
   * with false they are only in `enrol.notices`. If not given, each is also printed once.
   */
  strict?: boolean | undefined;
  /**
   * The secret key, `keyid:base64url(32 bytes)`. During a rotation both keys, the newest first,
   * separated by a comma: the store moves to the newer one in the background, once all engines and
   * Go hosts that share it have that. Keep it outside the store.
   */
  secretKey: string;
  /** The store of all data. */
  store: Store;
  /** Services that the configuration names, other than by a URL. One that it does not name gives a notice. */
  services?: Services | undefined;
  /** The audit trail. Required: pass `() => {}` to have none. */
  audit: Audit;
  /** The module, if the platform cannot load it. */
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
   * Milliseconds between rounds that remove expired records and, with two secret keys, move the
   * store to the newer one; the first at start; 600,000 if not given, 0 for none, as on edge
   * workers.
   */
  purgeIntervalMs?: number | undefined;
  /** The memory size at which an instance of the module is replaced; 256 MiB if not given. */
  maxMemoryBytes?: number | undefined;
  /** The function that hashes passwords; the platform's own if not given. */
  kdf?: Kdf | undefined;
  /**
   * Called with each background Error; writes its message to the console, as one line, if not
   * given. A delivery that failed is a DeliveryError.
   */
  onFault?: ((error: Error) => void) | undefined;
  /**
   * Keeps a worker alive during deliveries. It is called after each commit. By default the
   * platform's own is used, as on Cloudflare Workers, or a timer.
   */
  waitUntil?: WaitUntil | undefined;
}
