// A time limit that can be extended, combined with the caller's signal.

/** Milliseconds by which a timer may be late. */
const GRACE = 1_000;

/**
 * Aborts its signal with an Error, unless it is cleared in time; or when another signal aborts,
 * with its reason.
 */
export class Deadline {
  readonly #controller = new AbortController();
  readonly #ms: number;
  readonly #given: AbortSignal | undefined;
  readonly #follow = () => this.#controller.abort(this.#given?.reason);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #end = 0;

  constructor(ms: number, given?: AbortSignal) {
    this.#ms = ms;
    this.#given = given;
    given?.addEventListener("abort", this.#follow, { once: true });
    this.restart();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Starts over. */
  restart(): void {
    this.#end = Date.now() + this.#ms;
    this.#timer ??= setTimeout(() => this.#ring(), this.#ms);
  }

  /**
   * Does what the timer would have done: on edge workers a timer ends with the request that set it.
   */
  check(): void {
    if (Date.now() > this.#end + GRACE) {
      this.#expire();
    }
  }

  /** Clears the time limit. */
  clear(): void {
    clearTimeout(this.#timer);
    this.#given?.removeEventListener("abort", this.#follow);
  }

  /** The timer of before a restart sets another one, since each step restarts it and few end it. */
  #ring(): void {
    this.#timer = undefined;
    const left = this.#end - Date.now();
    if (left > 0) {
      this.#timer = setTimeout(() => this.#ring(), left);
    } else {
      this.#expire();
    }
  }

  #expire(): void {
    this.#controller.abort(new Error(`timed out after ${this.#ms} ms`));
  }
}
