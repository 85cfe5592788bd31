// What a thread that hashes passwords and the thread that asks it tell each other.

import type { KdfRequest } from "../kdf.js";

/** Asks for one hash. The module is passed once the thread has said that it needs it. */
export interface Question {
  request: KdfRequest;
  module?: WebAssembly.Module;
}

/** What was derived, or why nothing was. */
export type Reply = { key: Uint8Array } | { needs: "module" } | { failed: true };
