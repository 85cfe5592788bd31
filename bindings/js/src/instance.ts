// One instance of the module: it runs operations, many at a time, and asks a host of each operation
// for effects. It implements wasm/ABI.md, and does not know the meaning of requests, effects and
// answers.

import { ABI_MAJOR, EFFECTS, type Effect, type Exports, LATER, MAX_INPUT, type Operation, unpack } from "./abi.js";
import { type Enter, unpaced } from "./pace.js";
import { isError } from "./realm.js";
import { Wasi } from "./wasi.js";

/**
 * Answers the effects of one operation with JSON texts, at once or later. It
 * MUST NOT throw or reject: a failed effect is an answer with the member error.
 */
export type Host = (effect: Effect, request: string) => string | Promise<string>;

/** The instance is lost, with every operation that ran in it. */
export class InstanceError extends Error {
  override readonly name = "InstanceError";
}

/** A running operation. */
interface Run {
  readonly host: Host;
  readonly resolve: (response: string) => void;
  readonly reject: (reason: unknown) => void;
  later?: Promise<string> | undefined; // the answer it will wait for
  cancelled?: boolean; // before it began
}

const encoder = new TextEncoder();

/** Bytes for which there may be room although a text needs fewer, so that it is encoded once. */
const USUAL = 64 << 10;

/** Makes one with {@link Instance.create}, then configures it once to run operations. */
export class Instance {
  readonly #wasi = new Wasi();
  readonly #decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  readonly #waiting = new Map<number, Run>();
  #exports!: Exports;
  #inside: Run | undefined; // the operation whose call into the module is running
  #ready: Uint8Array | undefined; // the answer that take will copy
  #room: Uint8Array<ArrayBuffer> | undefined; // where usual answers are encoded
  #broken: InstanceError | undefined;
  readonly #enter: Enter;

  private constructor(enter: Enter) {
    this.#enter = enter;
  }

  /** Instantiates a module and starts it. Operations call it as `enter` says. */
  static async create(module: WebAssembly.Module, enter = unpaced): Promise<Instance> {
    const self = new Instance(enter);
    return self.#start(await WebAssembly.instantiate(module, self.#imports()));
  }

  /** The same at once, which browsers do not allow on their main thread. */
  static createNow(module: WebAssembly.Module): Instance {
    const self = new Instance(unpaced);
    return self.#start(new WebAssembly.Instance(module, self.#imports()));
  }

  #start(instance: WebAssembly.Instance): this {
    this.#exports = instance.exports as unknown as Exports;
    this.#wasi.initialize(instance);
    const major = this.#exports.abi_version() >>> 16;
    if (major !== ABI_MAJOR) {
      throw new Error(`enrol: the module speaks version ${major} of the ABI, this package ${ABI_MAJOR}`);
    }
    return this;
  }

  /** Why the instance cannot be used any more, if so. */
  get broken(): InstanceError | undefined {
    return this.#broken;
  }

  /** The size of its memory, which only grows. */
  get memoryBytes(): number {
    return this.#exports.memory.buffer.byteLength;
  }

  /** Configures the module and returns its answer. */
  configure(text: string): string {
    return this.#plain("configure", text);
  }

  /** Performs an effect kdf; needs no configuration. */
  derive(request: string): string {
    return this.#plain("derive", request);
  }

  /** Does a part of the work that the first password would wait for, and returns whether some is left. */
  prepare(): boolean {
    try {
      return this.#broken === undefined && this.#exports.prepare?.() === 1;
    } catch (error) {
      this.#break(undefined, isError(error) ? error.message : "it threw");
      return false;
    }
  }

  /** Calls an export that never waits. */
  #plain(name: "configure" | "derive", text: string): string {
    const { ptr, len } = this.#input(text);
    const { upper, lower } = unpack(this.#exports[name](ptr, len));
    if (upper === 0) {
      throw new Error(`enrol: the module refused to ${name}`);
    }
    return this.#output(upper, lower);
  }

  /**
   * Runs an operation and returns its response. When the signal aborts, the operation is cancelled
   * and rejects with the signal's reason; its last effect may still happen.
   */
  async run(operation: Operation, request: string, host: Host, signal?: AbortSignal): Promise<string> {
    // A host may call this from within an effect, and calls into the module
    // must not overlap: no microtask runs before the outer call has returned.
    await undefined;
    signal?.throwIfAborted();
    if (this.#broken) {
      throw this.#broken;
    }
    const { promise, run } = newRun(host);
    const cancel = () => this.#cancel(run, signal?.reason);
    signal?.addEventListener("abort", cancel, { once: true });
    this.#enter(() => this.#begin(run, operation, request));
    try {
      return await promise;
    } finally {
      signal?.removeEventListener("abort", cancel);
    }
  }

  #begin(run: Run, operation: Operation, request: string): void {
    if (run.cancelled) {
      return;
    }
    if (this.#broken) {
      run.reject(this.#broken);
      return;
    }
    this.#step(run, () => {
      const { ptr, len } = this.#input(request);
      return this.#exports[operation](ptr, len);
    });
  }

  /** Makes one call into the module on behalf of an operation. */
  #step(run: Run, call: () => bigint): void {
    try {
      this.#inside = run;
      const { upper, lower } = unpack(call());
      this.#inside = undefined;
      if (upper !== 0) {
        run.resolve(this.#output(upper, lower));
      } else if (lower !== 0 && run.later) {
        this.#wait(run, lower, run.later);
      } else {
        this.#break(run, "it refused a call");
      }
    } catch (error) {
      this.#inside = undefined;
      if (error instanceof TooLong) {
        run.reject(error);
      } else {
        this.#break(run, isError(error) ? error.message : "it threw");
      }
    }
  }

  #wait(run: Run, op: number, later: Promise<string>): void {
    run.later = undefined;
    this.#waiting.set(op, run);
    later.then((answer) => this.#enter(() => this.#resume(run, op, answer)));
  }

  #resume(run: Run, op: number, answer: string): void {
    if (this.#waiting.get(op) !== run) {
      return; // cancelled meanwhile, or the instance is lost
    }
    this.#waiting.delete(op);
    this.#step(run, () => {
      const { ptr, len } = this.#input(checked(answer));
      return this.#exports.resume(op, ptr, len);
    });
  }

  #cancel(run: Run, reason: unknown): void {
    if (this.#inside) {
      queueMicrotask(() => this.#cancel(run, reason)); // not within another call
      return;
    }
    for (const [op, waiting] of this.#waiting) {
      if (waiting === run) {
        this.#waiting.delete(op);
        run.reject(reason);
        try {
          this.#exports.cancel(op);
        } catch (error) {
          this.#break(run, isError(error) ? error.message : "it threw");
        }
        return;
      }
    }
    run.cancelled = true; // unless it has ended
    run.reject(reason);
  }

  /** Discards the instance: after a trap it cannot be trusted. */
  #break(run: Run | undefined, why: string): void {
    const detail = this.#wasi.lastWords === "" ? why : `${why} (${this.#wasi.lastWords})`;
    const broken = new InstanceError(`the module stopped: ${detail}`);
    this.#broken = broken;
    run?.reject(broken);
    for (const waiting of this.#waiting.values()) {
      waiting.reject(broken);
    }
    this.#waiting.clear();
  }

  /** Puts a text where the module reads its input. */
  #input(text: string): { ptr: number; len: number } {
    const most = text.length * 3; // bytes in UTF-8
    const room = most <= USUAL ? most : encoder.encode(text).length;
    const ptr = room > MAX_INPUT ? 0 : this.#exports.buffer(room) >>> 0;
    if (ptr === 0) {
      throw new TooLong("the request is longer than 4 MiB");
    }
    const { written } = encoder.encodeInto(text, new Uint8Array(this.#exports.memory.buffer, ptr, room));
    return { ptr, len: written };
  }

  #output(ptr: number, len: number): string {
    return this.#decoder.decode(new Uint8Array(this.#exports.memory.buffer, ptr, len));
  }

  #imports(): WebAssembly.Imports {
    const ask = (effect: Effect) => (_op: number, ptr: number, len: number) => this.#ask(effect, ptr >>> 0, len >>> 0);
    return {
      wasi_snapshot_preview1: this.#wasi.imports,
      signup_host: {
        ...Object.fromEntries(EFFECTS.map((effect) => [effect, ask(effect)])),
        take: (ptr: number, len: number) => this.#take(ptr >>> 0, len >>> 0),
      },
    };
  }

  /** Passes an effect to the host of the current operation. */
  #ask(effect: Effect, ptr: number, len: number): number {
    const run = this.#inside;
    let answer: string | Promise<string>;
    try {
      answer = run ? run.host(effect, this.#output(ptr, len)) : failure("no operation is running");
    } catch {
      answer = failure("the host failed");
    }
    if (run && typeof answer !== "string") {
      run.later = answer.catch(() => failure("the host failed"));
      return LATER;
    }
    this.#ready = this.#encode(checked(answer as string));
    return this.#ready.length;
  }

  #encode(answer: string): Uint8Array {
    if (answer.length * 3 > USUAL) {
      return encoder.encode(answer);
    }
    this.#room ??= new Uint8Array(USUAL);
    return this.#room.subarray(0, encoder.encodeInto(answer, this.#room).written);
  }

  #take(ptr: number, len: number): number {
    const ready = this.#ready;
    this.#ready = undefined;
    if (!ready || len > ready.length) {
      return LATER; // never a length, so the module sees the fault
    }
    new Uint8Array(this.#exports.memory.buffer, ptr, len).set(ready.subarray(0, len));
    ready.fill(0); // nothing of it stays where answers are encoded
    return len;
  }
}

/** A request that no input buffer holds. */
export class TooLong extends RangeError {}

/** The answer of an effect that failed. */
export function failure(why: string): string {
  return JSON.stringify({ error: why });
}

/** An answer, or where it is too long to be one, a failure. */
function checked(answer: string): string {
  const fits = answer.length * 3 <= MAX_INPUT || encoder.encode(answer).length <= MAX_INPUT;
  return fits ? answer : failure("the answer is longer than 4 MiB");
}

function newRun(host: Host): { promise: Promise<string>; run: Run } {
  let resolve!: Run["resolve"];
  let reject!: Run["reject"];
  const promise = new Promise<string>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, run: { host, resolve, reject } };
}
