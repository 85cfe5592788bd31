// Argon2id of the code, for platforms that compile WebAssembly at run time.

import { Argon2id } from "./argon2id.js";

let loaded: Promise<Argon2id | undefined> | undefined;

/** Compiles it, once per thread. Returns undefined if it does not work here, for want of SIMD for example. */
export function loadArgon2id(): Promise<Argon2id | undefined> {
  loaded ??= load().catch(() => undefined);
  return loaded;
}

async function load(): Promise<Argon2id> {
  const { default: text } = await import("./argon2id-bytes.js");
  const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  return new Argon2id(await WebAssembly.compile(bytes));
}
