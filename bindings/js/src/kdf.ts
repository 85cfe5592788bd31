// Password hashing by the platform, which is several times faster than the module and does not
// block the thread.

import type { Awaitable } from "./awaitable.js";

/** The hashes that take time; the module, which may be newer, does all others. */
export const ALGORITHMS: ReadonlySet<string> = new Set<KdfRequest["algorithm"]>([
  "argon2id",
  "pbkdf2-sha512",
  "argon2i",
  "argon2d",
  "pbkdf2-sha256",
  "pbkdf2-sha1",
  "scrypt",
  "bcrypt",
]);

/**
 * What to derive: argon2 by RFC 9106, version 0x13, PBKDF2 by RFC 8018, scrypt by RFC 7914, or
 * bcrypt. New hashes are argon2id or PBKDF2 with SHA-512; the others are of imported
 * accounts.
 */
export interface KdfRequest {
  /** What to derive with. */
  algorithm:
    | "argon2id"
    | "pbkdf2-sha512"
    | "argon2i"
    | "argon2d"
    | "pbkdf2-sha256"
    | "pbkdf2-sha1"
    | "scrypt"
    | "bcrypt";
  /** The memory in KiB; for argon2 only. */
  memory?: number;
  /** The number of iterations; for scrypt, N; for bcrypt, 2 to the power of its cost. */
  iterations: number;
  /** The parallelism of argon2, or p of scrypt. */
  parallelism?: number;
  /** The block size of scrypt, r. */
  block?: number;
  /** How many bytes to derive. */
  length: number;
  /** The password, in the form that is compared. */
  password: Uint8Array<ArrayBuffer>;
  /** The salt of the account. */
  salt: Uint8Array<ArrayBuffer>;
}

/**
 * Derives exactly the bytes that the request describes, or returns undefined: then the module
 * derives them, with the same result.
 */
export interface Kdf {
  (request: KdfRequest): Awaitable<Uint8Array | undefined>;
  /**
   * How many requests it gets at a time; 4 if not given, and one at a time if it leaves them to the
   * module. The others wait, up to ten seconds; requests that would wait longer are refused with
   * E901002 and `retryAfter`.
   */
  readonly atOnce?: number | undefined;
  /**
   * How many requests may wait of each kind of operation (signups, confirms and
   * verifies, which take turns); 256 if there is none. Those beyond are refused at
   * once.
   */
  readonly maxWaiting?: number | undefined;
}

/** What Web Crypto calls the digests of PBKDF2. */
const DIGESTS: { readonly [algorithm: string]: string | undefined } = {
  "pbkdf2-sha512": "SHA-512",
  "pbkdf2-sha256": "SHA-256",
  "pbkdf2-sha1": "SHA-1",
};

/** Derives PBKDF2 with Web Crypto, which has nothing else. */
export const webKdf: Kdf = async ({ algorithm, iterations, length, password, salt }) => {
  const hash = DIGESTS[algorithm];
  if (hash === undefined) {
    return undefined;
  }
  try {
    const key = await crypto.subtle.importKey("raw", password, "PBKDF2", false, ["deriveBits"]);
    const derivation = { name: "PBKDF2", hash, salt, iterations };
    return new Uint8Array(await crypto.subtle.deriveBits(derivation, key, length * 8));
  } catch {
    return undefined; // some platforms bound the iterations
  }
};
