// The effect kdf: a password hashed by the platform, or left to the module.

import { decodeBase64url, encodeBase64url } from "../base64url.js";
import { ALGORITHMS, type Kdf, type KdfRequest } from "../kdf.js";
import { type Answer, answer } from "./answer.js";

type Request = Omit<KdfRequest, "password" | "salt"> & { password: string; salt: string };

export function kdf(derive: Kdf, request: Request): Answer {
  return answer(
    () =>
      ALGORITHMS.has(request.algorithm)
        ? derive({ ...request, password: decodeBase64url(request.password), salt: decodeBase64url(request.salt) })
        : undefined,
    (key) => {
      if (key === undefined) {
        return { unsupported: true };
      }
      if (!(key instanceof Uint8Array) || key.length !== request.length) {
        throw new TypeError("wrong length");
      }
      return { key: encodeBase64url(key) };
    },
    // What it threw may quote the password.
    () => ({ error: "the kdf failed, or did not answer as many bytes as it was asked for" }),
  );
}
