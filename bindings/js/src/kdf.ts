// Password hashing by the platform, which is several times faster than by the
// module and does not hold up the thread.

import type { Awaitable } from "./awaitable.js";

/** What to derive: argon2id by RFC 9106, version 0x13, or PBKDF2 by RFC 8018. */
export interface KdfRequest {
  algorithm: "argon2id" | "pbkdf2-sha512";
  /** KiB; argon2id only. */
  memory?: number;
  iterations: number;
  /** argon2id only. */
  parallelism?: number;
  /** How many bytes to derive. */
  length: number;
  password: Uint8Array<ArrayBuffer>;
  salt: Uint8Array<ArrayBuffer>;
}

/**
 * Derives exactly the bytes that the request describes, or answers undefined:
 * then the module does it itself, with the same result.
 */
export type Kdf = (request: KdfRequest) => Awaitable<Uint8Array | undefined>;

/** Derives PBKDF2 with Web Crypto, which has no argon2id. */
export const webKdf: Kdf = async ({ algorithm, iterations, length, password, salt }) => {
  if (algorithm !== "pbkdf2-sha512") {
    return undefined;
  }
  try {
    const key = await crypto.subtle.importKey("raw", password, "PBKDF2", false, ["deriveBits"]);
    const derivation = { name: "PBKDF2", hash: "SHA-512", salt, iterations };
    return new Uint8Array(await crypto.subtle.deriveBits(derivation, key, length * 8));
  } catch {
    return undefined; // some platforms bound the iterations
  }
};
