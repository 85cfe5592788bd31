// The instance that operations run in, and its replacement when it is lost or
// has grown too large.

import type { Operation } from "./abi.js";
import type { Awaitable } from "./awaitable.js";
import { ConfigError, type Notice } from "./errors.js";
import { type Host, Instance } from "./instance.js";
import { paced } from "./pace.js";
import { Preparation } from "./preparation.js";
import type { WrittenSettings } from "./written-settings.js";

/** What the module answers to its configuration. */
export interface Configured {
  status: "ok" | "error";
  notices: Notice[];
  services: string[];
  /** Absent from modules that are older than this package. */
  public?: WrittenSettings;
}

/** What a pool is made of. */
export interface PoolInit {
  load(): Awaitable<WebAssembly.Module>;
  configuration: string;
  /** Adapts a notice about the configuration. */
  place(notice: Notice): Notice;
  maxMemoryBytes: number;
  /** Whether to instantiate synchronously, so that no request waits for another one's work. */
  atOnce: boolean;
}

/** Runs operations in one instance at a time. */
export class Pool {
  readonly #init: PoolInit;
  #module: WebAssembly.Module | undefined; // there once the pool has started
  #configured: Configured | undefined;
  #instance: Instance | undefined;
  #next: Promise<Instance> | undefined; // while it is being made
  #preparation: Preparation | undefined; // of the instance
  #closed = false;

  constructor(init: PoolInit) {
    this.#init = init;
  }

  /** Makes the first instance, if necessary, and returns the module's answer about its configuration. */
  async start(): Promise<Configured> {
    this.#module ??= await this.#init.load();
    if (!this.#configured) {
      await this.#replace(this.#module);
    }
    return this.#configured as unknown as Configured;
  }

  /**
   * Runs an operation, after the preparation of its instance if it `rates` a password. If its instance is lost, it
   * rejects, and later operations get a new instance. An instance that has grown too large finishes its operations and
   * gets no new ones.
   */
  async run(operation: Operation, request: string, host: Host, signal: AbortSignal, rates = false): Promise<string> {
    let instance = this.#usable() ?? (await this.#replace());
    if (rates && this.#preparation) {
      await this.#preparation.finish(signal);
      instance = this.#usable() ?? (await this.#replace()); // it may be lost meanwhile
    }
    try {
      return await instance.run(operation, request, host, signal);
    } finally {
      this.#usable();
    }
  }

  /** Does nothing more in the background. */
  close(): void {
    this.#closed = true;
    this.#preparation?.stop();
  }

  /** The instance, unless none accepts new operations. */
  #usable(): Instance | undefined {
    if (this.#instance && (this.#instance.broken || this.#instance.memoryBytes > this.#init.maxMemoryBytes)) {
      this.#instance = undefined;
    }
    return this.#instance;
  }

  #replace(module = this.#module as WebAssembly.Module): Awaitable<Instance> {
    if (this.#init.atOnce) {
      return this.#configure(Instance.createNow(module));
    }
    this.#next ??= Instance.create(module, paced)
      .then((instance) => {
        this.#configure(instance);
        this.#prepare(instance);
        return instance;
      })
      .finally(() => {
        this.#next = undefined;
      });
    return this.#next;
  }

  #prepare(instance: Instance): void {
    this.#preparation?.stop();
    this.#preparation = this.#closed ? undefined : new Preparation(instance);
  }

  /** Configures an instance, in which later operations run. */
  #configure(instance: Instance): Instance {
    const configured = JSON.parse(instance.configure(this.#init.configuration)) as Configured;
    configured.notices = configured.notices.map((notice) => this.#init.place(notice));
    if (configured.status !== "ok") {
      throw new ConfigError(configured.notices.map(aboutOptions));
    }
    this.#configured = configured;
    this.#instance = instance;
    return instance;
  }
}

/** A notice about the secret key, with the name of the option. */
function aboutOptions({ message, ...place }: Notice): Notice {
  return {
    ...place,
    message: message.replace(/^secret key( [^:]+)?: /, (_, id = "") => `option secretKey${id && `, key${id}`}: `),
  };
}
