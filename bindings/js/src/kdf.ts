// Password hashing by the platform, which is several times faster than by the
// module and does not hold up the thread.

import type { Awaitable } from "./awaitable.js";

/** What a kdf may be asked for; anything else is left to the module, which may be newer. */
export const ALGORITHMS: ReadonlySet<string> = new Set<KdfRequest["algorithm"]>([
  "argon2id",
  "pbkdf2-sha512",
  "argon2i",
  "pbkdf2-sha256",
  "scrypt",
  "bcrypt",
]);

/**
 * What to derive: argon2 by RFC 9106, version 0x13, PBKDF2 by RFC 8018, scrypt
 * by RFC 7914, or bcrypt. Only argon2id and PBKDF2 with SHA-512 are made; the
 * others come with accounts that were moved in.
 */
export interface KdfRequest {
  /** What to derive with. */
  algorithm: "argon2id" | "pbkdf2-sha512" | "argon2i" | "pbkdf2-sha256" | "scrypt" | "bcrypt";
  /** KiB; argon2 only. */
  memory?: number;
  /** Of scrypt, N; of bcrypt, 2 to the power of its cost. */
  iterations: number;
  /** argon2, and p of scrypt. */
  parallelism?: number;
  /** r of scrypt. */
  block?: number;
  /** How many bytes to derive. */
  length: number;
  /** Of the password, in the form that is compared. */
  password: Uint8Array<ArrayBuffer>;
  /** Of the account. */
  salt: Uint8Array<ArrayBuffer>;
}

/**
 * Derives exactly the bytes that the request describes, or answers undefined:
 * then the module does it itself, with the same result.
 */
export type Kdf = (request: KdfRequest) => Awaitable<Uint8Array | undefined>;

/** Derives PBKDF2 with Web Crypto, which has nothing else. */
export const webKdf: Kdf = async ({ algorithm, iterations, length, password, salt }) => {
  if (algorithm !== "pbkdf2-sha512" && algorithm !== "pbkdf2-sha256") {
    return undefined;
  }
  try {
    const key = await crypto.subtle.importKey("raw", password, "PBKDF2", false, ["deriveBits"]);
    const derivation = {
      name: "PBKDF2",
      hash: algorithm === "pbkdf2-sha512" ? "SHA-512" : "SHA-256",
      salt,
      iterations,
    };
    return new Uint8Array(await crypto.subtle.deriveBits(derivation, key, length * 8));
  } catch {
    return undefined; // some platforms bound the iterations
  }
};
