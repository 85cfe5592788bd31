// WASI preview 1 for an instance of the module: clocks, random bytes, the last message of the Go
// runtime, and nothing else.

import { wasi as definitions, Fd, WASI } from "@bjorn3/browser_wasi_shim";

const STDERR = 2;
const CHUNK = 65_536; // bytes that getRandomValues gives at a time
const MAX_LAST_WORDS = 200;

/** WASI for one instance. */
export class Wasi {
  /** The imports of the module. */
  readonly imports: WebAssembly.ModuleImports;
  readonly #shim: WASI;
  readonly #stderr = new Stderr();

  constructor() {
    const fds: Fd[] = [];
    fds[STDERR] = this.#stderr;
    this.#shim = new WASI([], [], fds, { debug: false });
    this.imports = {
      ...this.#shim.wasiImport,
      // The shim's own would fall back on Math.random and would wait in a loop.
      random_get: (ptr: number, len: number): number => this.#random(ptr >>> 0, len >>> 0),
      poll_oneoff: (): number => definitions.ERRNO_SUCCESS,
      sched_yield: (): number => definitions.ERRNO_SUCCESS,
    };
  }

  /** Starts the Go runtime. */
  initialize(instance: WebAssembly.Instance): void {
    this.#shim.initialize(instance as Parameters<WASI["initialize"]>[0]);
  }

  /** Why the Go runtime aborted, if it reported that; never a part of a request. */
  get lastWords(): string {
    return this.#stderr.fatal;
  }

  #random(ptr: number, len: number): number {
    const memory = this.#shim.inst.exports.memory.buffer as ArrayBuffer;
    for (let i = 0; i < len; i += CHUNK) {
      crypto.getRandomValues(new Uint8Array(memory, ptr + i, Math.min(CHUNK, len - i)));
    }
    return definitions.ERRNO_SUCCESS;
  }
}

/**
 * Keeps the runtime's own message, a line that starts with "fatal error: ", and drops everything
 * else: a trace or the text of a panic might contain more.
 */
class Stderr extends Fd {
  fatal = "";
  #text = "";

  override fd_write(data: Uint8Array): { ret: number; nwritten: number } {
    if (this.fatal === "") {
      this.#text = (this.#text + new TextDecoder().decode(data)).slice(-4096);
      this.fatal = /^(fatal error: [^\n]*)\n/m.exec(this.#text)?.[1]?.slice(0, MAX_LAST_WORDS) ?? "";
    }
    return { ret: definitions.ERRNO_SUCCESS, nwritten: data.byteLength };
  }
}
