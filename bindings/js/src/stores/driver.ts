// Checks what a caller gives a store to work on, before the first call would fail inside a driver.

import { isObject, kindOf, need } from "../misuse.js";

/** Throws a TypeError unless a value has some methods. `wanted` says what it should be. */
export function checkDriver(store: string, wanted: string, given: unknown, methods: readonly string[]): void {
  const has = isObject(given) || typeof given === "function";
  const methodsOf = given as Readonly<Record<string, unknown>>;
  need(
    has && methods.every((method) => typeof methodsOf[method] === "function"),
    `${store} needs ${wanted}, not ${kindOf(given)}`,
  );
}
