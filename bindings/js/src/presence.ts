// The engines that are neither closed nor collected. What an engine shares with others is given back when it is closed,
// or collected: programs that load code again, as in development, forget engines.

import { isDevelopment } from "./development.js";
import type { Store } from "./store.js";

/** How many engines each store has. */
const engines = new WeakMap<Store, number>();

/** Stores of which a second engine was reported. */
const reported = new WeakSet<Store>();

/** Lets collected engines leave. */
let collected: FinalizationRegistry<() => void> | undefined;

/**
 * Counts an engine in. Returns what to call when it is closed; that calls `release` once, as the collection of the engine
 * does. `release` must not refer to the engine.
 */
export function enter(engine: object, store: Store, release: () => void): () => void {
  if (!globalThis.FinalizationRegistry) {
    return release; // on older edge workers, which have one engine for each isolate
  }
  const before = engines.get(store) ?? 0;
  engines.set(store, before + 1);
  if (before > 0 && !reported.has(store) && isDevelopment()) {
    reported.add(store);
    // biome-ignore lint/suspicious/noConsole: a developer reads it there
    console.warn(
      "enrol: warning: this store already has an engine, which was not closed. Each takes memory, and delivers: make one, " +
        "and keep it, on globalThis where modules are loaded again (as with Next.js in development), or close() it first",
    );
  }
  const held = new WeakRef(store);
  let left = false;
  const leave = () => {
    if (left) {
      return;
    }
    left = true;
    const still = held.deref();
    if (still) {
      engines.set(still, (engines.get(still) ?? 1) - 1);
    }
    release();
  };
  collected ??= new FinalizationRegistry((leave) => leave());
  collected.register(engine, leave);
  return leave;
}
