// The end of deliveries when an engine closes.

/** Milliseconds that deliveries may continue after the engine starts to close. */
const GRACE = 500;

/** Stops calls of services, after a moment. */
export class Brake {
  readonly #stops = new Set<() => void>(); // an AbortSignal would warn of so many listeners
  #timer: ReturnType<typeof setTimeout> | undefined;
  #stopped = false;

  /** Whether running calls were cancelled. No other call may start from then on. */
  get stopped(): boolean {
    return this.#stopped;
  }

  /** Stops calls in half a second. */
  pull(): void {
    this.#timer ??= setTimeout(() => this.stop(), GRACE);
  }

  /** Stops calls at once. */
  stop(): void {
    this.#stopped = true;
    for (const stop of this.#stops) {
      stop();
    }
    this.#stops.clear();
  }

  /** Sets the function that stops a call; returns the function to call when the call has ended. */
  onStop(stop: () => void): () => void {
    this.#stops.add(stop);
    return () => this.#stops.delete(stop);
  }

  /** Clears its timer: there is nothing left to stop. */
  release(): void {
    clearTimeout(this.#timer);
  }
}
