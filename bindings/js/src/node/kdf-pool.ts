// Password hashing by the module on other threads, for a Node that has no argon2
// of its own.

import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { Awaitable } from "../awaitable.js";
import { decodeBase64url, encodeBase64url } from "../base64url.js";
import type { Kdf } from "../kdf.js";
import type { WasmModule } from "../options.js";
import { nodeKdf } from "./kdf.js";
import { loadModule } from "./module.js";

/** How many threads, and of what. */
export interface WorkerKdfOptions {
  /** How many threads at most; one less than there are processors if not given, from 1 to 4. */
  threads?: number | undefined;
  /** The module, if not the shipped one. */
  module?: Awaitable<WasmModule> | undefined;
  /** What is asked first; nodeKdf if not given. */
  first?: Kdf | undefined;
}

/** A kdf with threads. */
export interface WorkerKdf extends Kdf {
  /** Ends its threads; running hashes fail. Idle threads keep no process alive, so this is rarely needed. */
  close(): Promise<void>;
}

/**
 * Makes a kdf that uses nodeKdf where possible, and otherwise a small pool of threads, so that
 * argon2 does not block the event loop if Node has none. The threads start on demand, and take
 * about 10 MiB and the memory of the hash each. One kdf can serve several engines.
 */
export function workerKdf(options: WorkerKdfOptions = {}): WorkerKdf {
  const { threads = Math.min(Math.max(availableParallelism() - 1, 1), 4), first = nodeKdf } = options;
  if (!Number.isInteger(threads) || threads < 1) {
    throw new TypeError("enrol: threads must be a whole number from 1");
  }
  const pool = new Threads(threads, options.module);
  const kdf: Kdf = async (request) => {
    const derived = await first(request);
    if (derived) {
      return derived;
    }
    const { password, salt, ...parameters } = request;
    const text = { ...parameters, password: encodeBase64url(password), salt: encodeBase64url(salt) };
    const { key } = JSON.parse(await pool.ask(JSON.stringify(text))) as { key?: string };
    if (key === undefined) {
      throw new Error("a thread could not hash");
    }
    return decodeBase64url(key);
  };
  return Object.assign(kdf, { atOnce: threads, close: () => pool.close() });
}

/** A request that waits for a thread, or for its answer. */
interface Job {
  request: string;
  resolve: (answer: string) => void;
  reject: (reason: Error) => void;
}

/** Threads that answer one request at a time each. */
class Threads {
  readonly #most: number;
  readonly #module: Awaitable<WasmModule> | undefined;
  readonly #busy = new Map<Worker, Job>();
  readonly #idle: Worker[] = [];
  readonly #queue: Job[] = [];
  #closed = false;

  constructor(most: number, module: Awaitable<WasmModule> | undefined) {
    this.#most = most;
    this.#module = module;
  }

  async ask(request: string): Promise<string> {
    const module = await (this.#module ?? loadModule());
    if (this.#closed) {
      throw new Error("the threads are closed");
    }
    return new Promise((resolve, reject) => {
      this.#queue.push({ request, resolve, reject });
      this.#work(module);
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    const reason = new Error("the threads are closed");
    for (const job of this.#queue.splice(0)) {
      job.reject(reason);
    }
    await Promise.all([...this.#idle, ...this.#busy.keys()].map((thread) => thread.terminate()));
  }

  /** Gives what waits to threads that are idle, or can still be made. */
  #work(module: WasmModule): void {
    while (this.#queue.length > 0 && (this.#idle.length > 0 || this.#busy.size < this.#most)) {
      const job = this.#queue.shift() as Job;
      const thread = this.#idle.pop() ?? this.#start(module);
      this.#busy.set(thread, job);
      thread.ref();
      thread.postMessage(job.request);
    }
  }

  #start(module: WasmModule): Worker {
    const thread = new Worker(new URL("./kdf-thread.js", import.meta.url), {
      workerData: module,
      execArgv: [], // options of the process, such as --input-type, may not suit a file
    });
    thread.on("message", (answer: string) => {
      this.#busy.get(thread)?.resolve(answer);
      this.#busy.delete(thread);
      thread.unref();
      this.#idle.push(thread);
      this.#work(module);
    });
    thread.on("error", () => {}); // its exit follows
    thread.on("exit", () => {
      this.#busy.get(thread)?.reject(new Error("a thread ended"));
      this.#busy.delete(thread);
      const place = this.#idle.indexOf(thread);
      if (place >= 0) {
        this.#idle.splice(place, 1);
      }
      if (!this.#closed) {
        this.#work(module);
      }
    });
    return thread;
  }
}
