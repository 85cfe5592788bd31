// A time limit that can be put off.

/** Aborts its signal, with an Error that says why, unless it is cleared in time. */
export class Deadline {
  readonly #controller = new AbortController();
  readonly #ms: number;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(ms: number) {
    this.#ms = ms;
    this.restart();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Starts over. */
  restart(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#controller.abort(new Error(`timed out after ${this.#ms} ms`));
    }, this.#ms);
  }

  /** Calls the time limit off. */
  clear(): void {
    clearTimeout(this.#timer);
  }
}
