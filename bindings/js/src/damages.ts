// Reports unreadable records, each text once, although every run repeats it.

import { tell } from "./background.js";

/** How many reported texts are remembered. */
const MAX_TEXTS = 1_000;

/** The reported texts. */
export class Damages {
  readonly #onFault: (error: Error) => void;
  readonly #told = new Set<string>();

  constructor(onFault: (error: Error) => void) {
    this.#onFault = onFault;
  }

  /** Reports a text, unless it is empty or was reported before. */
  tell(damage: string | undefined): void {
    if (damage === undefined || this.#told.has(damage)) {
      return;
    }
    if (this.#told.size >= MAX_TEXTS) {
      this.#told.clear();
    }
    this.#told.add(damage);
    const error = new Error(`something could not be read or written and was skipped: ${damage}`);
    tell(this.#onFault, error, "damage");
  }
}
