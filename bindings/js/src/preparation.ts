// The work that the first password of an instance would wait for, the word lists. It is done in parts, between other
// tasks: in the background, and the rest before the first operation that rates a password.

import { later } from "./background.js";
import type { Instance } from "./instance.js";
import { paced } from "./pace.js";

/** Milliseconds after its start when an instance begins to prepare in the background: the first operations come first. */
const STARTING_TIME = 200;

/** Prepares an instance until it is stopped. */
export class Preparation {
  readonly #instance: Instance;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #done = false;

  constructor(instance: Instance) {
    this.#instance = instance;
    this.#continue(STARTING_TIME);
  }

  /** Does the rest, in tasks that are short, or what is possible until the signal aborts. */
  async finish(signal: AbortSignal): Promise<void> {
    if (this.#done) {
      return;
    }
    await new Promise<void>((resolve) => {
      const part = () => {
        if (signal.aborted || !this.#part()) {
          resolve();
        } else {
          paced(part);
        }
      };
      paced(part);
    });
  }

  /** Does nothing more in the background. */
  stop(): void {
    clearTimeout(this.#timer);
  }

  #continue(wait: number): void {
    this.#timer = later(() => {
      if (this.#part()) {
        this.#continue(0);
      }
    }, wait);
  }

  /** Does one part, and returns whether some is left. */
  #part(): boolean {
    this.#done ||= !this.#instance.prepare();
    return !this.#done;
  }
}

/**
 * Reports whether signups may rate passwords, by the text of an sso.conf: they do not if any password will do. Nothing
 * but the time of the work depends on it.
 */
export function signupsRate(conf: string): boolean {
  return !/^\s*min_complexity\s*=\s*["']?0\b/m.test(conf) || /^\s*block_common_passwords\s*=/m.test(conf);
}
