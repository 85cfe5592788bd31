// Password hashing on edge workers, which have no threads and compile nothing at run time.

import { Argon2id } from "../argon2id.js";
import { type Kdf, webKdf } from "../kdf.js";

/** Makes a kdf of Web Crypto and the compiled argon2id.wasm, which is tested at its first use. */
export function edgeKdf(module: WebAssembly.Module): Kdf {
  let argon2id: Argon2id | undefined;
  let fails = false; // for want of SIMD for example: then the module hashes
  return (request) => {
    if (request.algorithm !== "argon2id") {
      return webKdf(request);
    }
    if (fails) {
      return undefined;
    }
    try {
      argon2id ??= new Argon2id(module);
    } catch {
      fails = true;
      return undefined;
    }
    try {
      return argon2id.derive(request);
    } catch {
      return undefined; // of such parameters, or for want of memory
    }
  };
}
