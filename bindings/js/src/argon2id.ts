// Argon2id in WebAssembly with SIMD, by the package argon2id: for platforms without a native one, where it takes about
// half the time of the module, whose compiler does not use SIMD.

import argon2id from "argon2id/lib/argon2id.js";
import type { KdfRequest } from "./kdf.js";
import { isRight } from "./kdf-proof.js";

const PAGE = 64 << 10;

/** KiB beyond the blocks: what the package keeps next to them, and the blocks that it rounds off. */
const EXTRA = 64;

/** Bytes of memory that are kept for the next hash. */
const MAX_KEPT = 64 << 20;

/** An instance and its memory, which make one hash at a time. */
interface Loaded {
  readonly instance: WebAssembly.Instance;
  readonly memory: WebAssembly.Memory;
}

/** Derives argon2id on the thread that calls it. */
export class Argon2id {
  readonly #module: WebAssembly.Module;
  #kept: Loaded | undefined;

  /** Takes the compiled argon2id.wasm. Throws if it does not work here, or derives known values wrongly. */
  constructor(module: WebAssembly.Module) {
    this.#module = module;
    if (!isRight("argon2id", (request) => this.derive(request))) {
      throw new Error("argon2id derives wrongly");
    }
  }

  /** Derives; throws if the parameters are invalid or there is not enough memory. */
  derive({ memory = 0, iterations, parallelism = 1, length, password, salt }: KdfRequest): Uint8Array {
    if (parallelism < 1 || iterations < 1 || memory < 8 * parallelism) {
      throw new RangeError("invalid parameters for argon2id");
    }
    const loaded = this.#load(Math.ceil(((memory + EXTRA) * 1024) / PAGE));
    const parameters = { password, salt, parallelism, passes: iterations, memorySize: memory, tagLength: length };
    const key = argon2id(parameters, loaded);
    this.#kept = loaded.memory.buffer.byteLength <= MAX_KEPT ? loaded : undefined;
    return key;
  }

  /** The one that is kept if it is large enough, or a new one. */
  #load(pages: number): Loaded {
    if (this.#kept && this.#kept.memory.buffer.byteLength >= pages * PAGE) {
      return this.#kept;
    }
    this.#kept = undefined;
    const memory = new WebAssembly.Memory({ initial: pages, maximum: 65_536 });
    return { memory, instance: new WebAssembly.Instance(this.#module, { env: { memory } }) };
  }
}
