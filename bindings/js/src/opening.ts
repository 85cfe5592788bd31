// What has to be done once before the first operation: the module instantiated
// and configured, the kdf looked over, the store prepared.

import { insist } from "./background.js";
import { ConfigError, type Notice } from "./errors.js";
import { prove } from "./kdf-proof.js";
import type { Pool } from "./pool.js";
import type { Result } from "./result.js";
import type { Runner } from "./runner.js";
import { isURL } from "./services.js";
import type { Settings } from "./settings.js";

/** Opens an engine, once. What failed is tried again by the next who asks. */
export class Opening {
  notices: readonly Notice[] = [];
  readonly #pool: Pool;
  readonly #runner: Runner;
  readonly #settings: Settings;
  #begin = () => {}; // what to do once it is done
  #done = false;
  #hopeless: ConfigError | undefined;

  constructor(pool: Pool, runner: Runner, settings: Settings) {
    this.#pool = pool;
    this.#runner = runner;
    this.#settings = settings;
  }

  /** Says what to do as soon as it is done. */
  onDone(begin: () => void): void {
    this.#begin = begin;
  }

  /**
   * Returns when all is done. Nobody waits for what another began: on edge
   * workers that may end at any time, with the request that it is part of. Doing
   * it twice does no harm.
   */
  async finish(signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    if (this.#done) {
      return;
    }
    if (this.#hopeless) {
      throw this.#hopeless;
    }
    try {
      await this.#prepare(signal);
    } catch (error) {
      if (error instanceof ConfigError) {
        this.#hopeless = error;
      }
      throw error;
    }
    if (!this.#done) {
      this.#done = true;
      this.#begin();
    }
  }

  async #prepare(signal: AbortSignal | undefined): Promise<void> {
    const { services, kdf } = this.#settings.environment;
    const configured = await this.#pool.start();
    const missing = configured.services.filter((name) => !isURL(name) && !services.has(name));
    if (missing.length > 0) {
      throw new ConfigError(missing.map(missingService));
    }
    await prove(kdf);
    insist("open", await this.#runner.run<Result>("open", {}, { ms: this.#settings.timeoutMs, signal }));
    this.notices = configured.notices;
  }
}

function missingService(name: string): Notice {
  const message = `it names the service ${JSON.stringify(name)}, which the option services does not have`;
  return { line: 0, column: 0, message };
}
