// The one engine of a process, for programs whose modules are evaluated several times.

import type { Awaitable } from "./awaitable.js";
import type { Enrol } from "./enrol.js";
import { need } from "./misuse.js";

/** Where engines are kept: a module that is evaluated again, or bundled twice, has the same global object. */
const KEPT = Symbol.for("@enrol-sso/enrol engines");

/**
 * Returns a function that makes an engine when it is first called, and resolves to the same engine from then on. If it
 * could not be made, the next call tries again.
 *
 * The engine is kept on `globalThis` under the name. So a program that evaluates a module again, such as Next.js after
 * each edit in development, or that bundles it twice, has one engine. To change its options, start the program again.
 * The program must not use the engine after it closed it: it stays under its name.
 */
export function sharedEnrol(name: string, make: () => Awaitable<Enrol>): () => Promise<Enrol> {
  need(typeof name === "string" && name !== "", "sharedEnrol needs a name, and a function that makes the engine");
  need(typeof make === "function", "sharedEnrol needs a function that makes the engine");
  const global = globalThis as { [KEPT]?: Map<string, Promise<Enrol>> };
  global[KEPT] ??= new Map();
  const kept = global[KEPT];
  return () => {
    const before = kept.get(name);
    if (before) {
      return before;
    }
    const enrol = (async () => make())();
    kept.set(name, enrol);
    enrol.catch(() => kept.delete(name));
    return enrol;
  };
}
