// The effect kdf: a password hashed by the platform, or left to the module.

import { decodeBase64url, encodeBase64url } from "../base64url.js";
import { ALGORITHMS, type KdfRequest } from "../kdf.js";
import { BusyError, type KdfQueue } from "../kdf-queue.js";
import { isBytes } from "../realm.js";
import { type Answer, answer } from "./answer.js";

type Request = Omit<KdfRequest, "password" | "salt"> & { password: string; salt: string };

/** Hashes passwords, at once or after others. */
export type Derive = KdfQueue["derive"];

export function kdf(derive: Derive, request: Request, signal?: AbortSignal, operation?: string): Answer {
  return answer(
    () =>
      ALGORITHMS.has(request.algorithm)
        ? derive(
            { ...request, password: decodeBase64url(request.password), salt: decodeBase64url(request.salt) },
            signal,
            operation,
          )
        : undefined,
    (key) => {
      if (key === undefined) {
        return { unsupported: true };
      }
      if (!isBytes(key) || key.length !== request.length) {
        throw new TypeError("wrong length");
      }
      return { key: encodeBase64url(key) };
    },
    (_, error) =>
      error instanceof BusyError
        ? { retry_after: error.retryAfter }
        : { error: "the kdf failed, or did not answer as many bytes as it was asked for" }, // what it threw may quote the password
  );
}
