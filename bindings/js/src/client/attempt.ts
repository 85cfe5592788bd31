// The keys that make requests safe to repeat.

/** Keeps the key of each request that got no decision, so that asking for the same again repeats it. */
export class Attempts {
  readonly #open = new Map<string, { body: string; key: string }>();

  /** The key of a request: that of the last attempt if it asked for the same, else a new one. */
  keyFor(path: string, body: string): string {
    const last = this.#open.get(path);
    const key = last?.body === body ? last.key : newKey();
    this.#open.set(path, { body, key });
    return key;
  }

  /** Forgets a request that got its decision. */
  decided(path: string): void {
    this.#open.delete(path);
  }
}

/** 128 random bits. crypto.randomUUID is there over TLS only. */
function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
