// Announces an engine to the other hosts of a shared store, in JavaScript and in Go: a move to a new secret key waits
// for those that lack it.

import { insist, tell, turn } from "./background.js";
import { randomHex } from "./effects/entropy.js";
import { messageOf } from "./realm.js";
import type { Result } from "./result.js";
import type { Manner, Runner } from "./runner.js";
import type { Settings } from "./settings.js";
import { OwnTimer } from "./timer.js";

/** Milliseconds between announcements; the core counts a host as gone after five minutes. */
export const ANNOUNCE_EVERY = 60_000;

/** Milliseconds that an announcement may take. */
const ANNOUNCE_MS = 10_000;

/** Milliseconds that leaving may take. */
const LEAVE_MS = 2_000;

/** Milliseconds after the first failure until the next try; each further pause is twice as long. */
const FIRST_PAUSE = 20;

/** The tries for which the start waits, since others often start at the same time. */
const TRIES_AT_START = 5;

/** The tries that fail in a row, over ten seconds, before that is reported. */
const TRIES_UNTIL_REPORT = 10;

/**
 * Announces an engine at start and on a timer, which keeps neither the process alive nor the engine. Not announced are
 * engines whose store nobody else can open; those on edge workers, which have no timer and never learn of their end; and
 * those without a timer for deliveries, which are commands that end soon, or parts of another program.
 */
export class Announcer {
  readonly #runner: Runner;
  readonly #onFault: (error: Error) => void;
  readonly #needed: boolean;
  readonly #ending: AbortController | undefined; // edge workers allow none outside of a request
  readonly #timer = new OwnTimer<Announcer>(this);
  #host: string | undefined; // the id, once it was announced
  #running: Promise<void> | undefined;
  #failures = 0; // in a row
  #stopped = false;

  constructor(runner: Runner, { environment, dispatchIntervalMs, platform, onFault }: Settings) {
    this.#runner = runner;
    this.#onFault = onFault;
    this.#needed = environment.store.exclusive !== true && !platform.requestBound && dispatchIntervalMs > 0;
    this.#ending = this.#needed ? new AbortController() : undefined;
  }

  /** Announces the engine before it serves, and goes on in the background. It never fails. */
  async start(): Promise<void> {
    if (!this.#needed) {
      return;
    }
    const end = Date.now() + ANNOUNCE_MS;
    await this.#announce();
    while (this.#failures > 0 && this.#failures < TRIES_AT_START && Date.now() < end) {
      await turn(this.#pause());
      await this.#announce();
    }
    this.#schedule();
  }

  /** Ends the announcements, and takes the engine from the list, so that nobody waits for it. */
  async leave(): Promise<void> {
    this.#stopped = true;
    this.#timer.clear();
    const impatience = setTimeout(() => this.#ending?.abort(), LEAVE_MS);
    await this.#running;
    clearTimeout(impatience);
    if (this.#host === undefined) {
      return;
    }
    try {
      await this.#open({ host: this.#host, leaves: true }, { ms: LEAVE_MS });
    } catch {
      // The others forget it after a while.
    }
  }

  #schedule(): void {
    if (this.#stopped) {
      return;
    }
    const again = (announcer: Announcer) => {
      announcer.#running = announcer.#announce().then(() => announcer.#schedule());
    };
    this.#timer.set(again, this.#failures > 0 ? this.#pause() : ANNOUNCE_EVERY);
  }

  /** Tries once. What lasts is reported once: what cannot be written here cannot be written elsewhere. */
  async #announce(): Promise<void> {
    this.#host ??= randomHex(8);
    try {
      await this.#open({ host: this.#host }, { ms: ANNOUNCE_MS, signal: this.#ending?.signal });
      this.#failures = 0;
    } catch (error) {
      this.#failures++;
      if (this.#failures === TRIES_UNTIL_REPORT && !this.#stopped) {
        const message = "this engine could not announce itself to the others that share its store, and tries again";
        tell(this.#onFault, new Error(`${message}: ${messageOf(error)}`, { cause: error }), message);
      }
    }
  }

  /** Milliseconds until the next try after a failure. */
  #pause(): number {
    return Math.min(FIRST_PAUSE * 2 ** Math.min(this.#failures - 1, 16), ANNOUNCE_EVERY);
  }

  async #open(request: { host: string; leaves?: boolean }, manner: Manner): Promise<void> {
    insist("open", await this.#runner.run<Result>("open", request, manner));
  }
}
