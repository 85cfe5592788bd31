// What must be done once before the first operation: instantiate and configure the module, check
// the kdf, prepare the store.

import type { Announcer } from "./announcer.js";
import { insist } from "./background.js";
import { ConfigError, type Notice, placed } from "./errors.js";
import { prove } from "./kdf-proof.js";
import type { Pool } from "./pool.js";
import type { PublicSettings } from "./public-settings.js";
import type { Result } from "./result.js";
import type { Runner } from "./runner.js";
import { isURL } from "./services.js";
import type { Settings } from "./settings.js";
import type { Store } from "./store.js";
import { readSettings } from "./written-settings.js";

/** Stores that an engine of this process has opened: nobody who is gone was delivering from them. */
const held = new WeakSet<Store>();

/** What opening needs. */
export interface OpeningParts {
  readonly pool: Pool;
  readonly runner: Runner;
  readonly announcer: Announcer;
  readonly settings: Settings;
}

/** Opens an engine, once. After a failure, the next caller tries again. */
export class Opening {
  notices: readonly Notice[] = [];
  publicSettings: PublicSettings | undefined;
  readonly #pool: Pool;
  readonly #runner: Runner;
  readonly #announcer: Announcer;
  readonly #settings: Settings;
  #begin = () => {}; // what to do once it is done
  #done = false;
  #hopeless: ConfigError | undefined;

  constructor({ pool, runner, announcer, settings }: OpeningParts) {
    this.#pool = pool;
    this.#runner = runner;
    this.#announcer = announcer;
    this.#settings = settings;
  }

  /** Sets what to do when it is done. */
  onDone(begin: () => void): void {
    this.#begin = begin;
  }

  /**
   * Returns when everything is done. No request waits for work that another started: on edge
   * workers that may end at any time, with its request. Doing it twice does no harm.
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
    const { services, store } = this.#settings.environment;
    const configured = await this.#pool.start();
    const missing = configured.services.filter((name) => !isURL(name) && !services.has(name));
    const surplus = [...services.keys()].filter((name) => !configured.services.includes(name));
    if (missing.length > 0) {
      throw new ConfigError([...missing.map(missingService), ...surplus.map(surplusService)]);
    }
    const notices = [...configured.notices, ...surplus.map(surplusService)];
    if (this.#settings.strict && notices.length > 0) {
      throw new ConfigError(notices);
    }
    await prove(this.#settings.proven);
    const exclusive = store.exclusive === true && !held.has(store);
    const request = exclusive ? { exclusive } : {};
    insist("open", await this.#runner.run<Result>("open", request, { ms: this.#settings.timeoutMs, signal }));
    held.add(store);
    this.notices = notices;
    this.publicSettings = configured.public && readSettings(configured.public);
    if (this.#settings.strict === undefined) {
      this.notices.forEach(printOnce);
    }
    await this.#announcer.start();
  }
}

/** The notices that were printed: engines of one process often have the same configuration. */
const printed = new Set<string>();

function printOnce(notice: Notice): void {
  const text = placed(notice);
  if (!printed.has(text)) {
    printed.add(text);
    // biome-ignore lint/suspicious/noConsole: where nobody else looks at notices
    console.warn(`enrol: warning: ${text}`);
  }
}

function missingService(name: string): Notice {
  const message =
    `it names the service ${JSON.stringify(name)}, which the option services does not have: add a function, ` +
    `or a URL in the section [enrol_services], with a line such as ${name}=https://example.com/enrol`;
  return { line: 0, column: 0, message };
}

function surplusService(name: string): Notice {
  const message =
    `the option services has ${JSON.stringify(name)}, which gets only events that were written while the configuration ` +
    "named it: name it in main.email_service, signup.callback_service_list or user_validation.service without a URL in " +
    "[enrol_services], or remove it once those events are delivered";
  return { line: 0, column: 0, message };
}
