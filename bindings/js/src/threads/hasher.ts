// What a thread does: it hashes passwords, one at a time, with argon2id in SIMD or an instance of the module.

import { loadArgon2id } from "../argon2id-inline.js";
import { decodeBase64url, encodeBase64url } from "../base64url.js";
import { Instance } from "../instance.js";
import type { KdfRequest } from "../kdf.js";
import type { Question, Reply } from "./messages.js";

/** Memory only grows: beyond this an instance is replaced. */
const MAX_MEMORY = 128 << 20;

/** Hashes on the thread that makes it. */
export class Hasher {
  #module: WebAssembly.Module | undefined;
  #instance: Instance | undefined;

  /** Answers a question; never rejects. */
  async answer({ request, module }: Question): Promise<Reply> {
    this.#module ??= module;
    const key = await simd(request);
    if (key) {
      return { key };
    }
    return this.#module ? this.#byModule(request, this.#module) : { needs: "module" };
  }

  async #byModule(request: KdfRequest, module: WebAssembly.Module): Promise<Reply> {
    try {
      this.#instance ??= await Instance.create(module);
      const { password, salt, ...parameters } = request;
      const text = { ...parameters, password: encodeBase64url(password), salt: encodeBase64url(salt) };
      const { key } = JSON.parse(this.#instance.derive(JSON.stringify(text))) as { key?: string };
      if (this.#instance.memoryBytes > MAX_MEMORY) {
        this.#instance = undefined;
      }
      return key === undefined ? { failed: true } : { key: decodeBase64url(key) };
    } catch {
      this.#instance = undefined; // it trapped, for want of memory most likely
      return { failed: true };
    }
  }
}

/** Derives argon2id in SIMD, if it can. */
export async function simd(request: KdfRequest): Promise<Uint8Array | undefined> {
  if (request.algorithm !== "argon2id") {
    return undefined;
  }
  try {
    return (await loadArgon2id())?.derive(request);
  } catch {
    return undefined; // of such parameters, or for want of memory
  }
}
