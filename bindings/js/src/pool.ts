// The instance that operations run in, and its replacement when it is lost or
// has grown too large.

import type { Operation } from "./abi.js";
import { ConfigError, type Notice } from "./errors.js";
import { type Host, Instance } from "./instance.js";

/** What the module answers to its configuration. */
export interface Configured {
  status: "ok" | "error";
  notices: Notice[];
  services: string[];
}

/** Runs operations in one instance at a time. */
export class Pool {
  readonly #module: WebAssembly.Module;
  readonly #configuration: string;
  readonly #maxMemoryBytes: number;
  #instance: Instance | undefined;
  #next: Promise<Instance> | undefined; // while it is being made

  constructor(module: WebAssembly.Module, configuration: string, maxMemoryBytes: number) {
    this.#module = module;
    this.#configuration = configuration;
    this.#maxMemoryBytes = maxMemoryBytes;
  }

  /** Makes the first instance and returns what the module says of its configuration. */
  async start(): Promise<Configured> {
    const { instance, configured } = await this.#create();
    this.#instance = instance;
    return configured;
  }

  /**
   * Runs an operation. One whose instance is lost rejects; those that come after
   * it get a new one. An instance that has grown too large goes on with what it
   * has and gets nothing new.
   */
  async run(operation: Operation, request: string, host: Host, signal: AbortSignal): Promise<string> {
    const instance = this.#usable() ?? (await this.#replace());
    try {
      return await instance.run(operation, request, host, signal);
    } finally {
      this.#usable();
    }
  }

  /** The instance, unless there is none that should be given anything new. */
  #usable(): Instance | undefined {
    if (this.#instance && (this.#instance.broken || this.#instance.memoryBytes > this.#maxMemoryBytes)) {
      this.#instance = undefined;
    }
    return this.#instance;
  }

  #replace(): Promise<Instance> {
    this.#next ??= this.#create()
      .then(({ instance }) => {
        this.#instance = instance;
        return instance;
      })
      .finally(() => {
        this.#next = undefined;
      });
    return this.#next;
  }

  async #create(): Promise<{ instance: Instance; configured: Configured }> {
    const instance = await Instance.create(this.#module);
    const configured = JSON.parse(instance.configure(this.#configuration)) as Configured;
    if (configured.status !== "ok") {
      throw new ConfigError(configured.notices);
    }
    return { instance, configured };
  }
}
