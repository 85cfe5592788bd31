// Checks a kdf with known values before it is used: a wrong hash would lock out everybody who signs
// up with it.

import { decodeBase64url } from "./base64url.js";
import type { Kdf, KdfRequest } from "./kdf.js";
import { isBytes } from "./realm.js";

/** What is derived of "password" and "somesaltsomesalt", as base64url. */
const VECTORS: readonly (Omit<KdfRequest, "password" | "salt" | "length"> & { key: string })[] = [
  {
    algorithm: "argon2id",
    memory: 64,
    iterations: 2,
    parallelism: 1,
    key: "Gpj7qOY5RCXJvcMzqcdQqvgR3wcPX7SleI4c9NtXk6E",
  },
  {
    algorithm: "argon2id",
    memory: 64,
    iterations: 1,
    parallelism: 2,
    key: "ipBYxT7h7gJZi0z-oKD6ZLYwqhjiY0woc1PegIyXqVc",
  },
  {
    algorithm: "pbkdf2-sha512",
    iterations: 2,
    key: "38dEZ4XltPfH6c5mDQgU5UZqEiGbvM5i4z6X2xOzU3CvTaS2-yEnlqzH6w-z2WfFdepEfryuo0CnOO8A9kyHkg",
  },
  {
    algorithm: "argon2i",
    memory: 64,
    iterations: 2,
    parallelism: 1,
    key: "pbigQcuZHII9wPBZI5URmc0Lp86D_tE0caICkLhLFTQ",
  },
  {
    algorithm: "argon2d",
    memory: 64,
    iterations: 2,
    parallelism: 1,
    key: "RTUk2uYFgLQbP6uchDgOW1dycMr0wF3-Ex5-kF2Y9J8",
  },
  { algorithm: "pbkdf2-sha1", iterations: 2, key: "Ac3dhRNl-20oVl9WXGaAz3KGR1E" },
  { algorithm: "pbkdf2-sha256", iterations: 2, key: "PBOy6RsK1j8-q2tmvcJVCy_nPsB-rnG8rcAwTYj5VeQ" },
  { algorithm: "scrypt", iterations: 16, block: 2, parallelism: 3, key: "jU_0EV8p6pX1pPDzG267bzj_WbpLUTGZogiZv2nRmdM" },
  { algorithm: "bcrypt", iterations: 16, key: "Z8J5lmcdG2-4DoaKMOqJxw-tGdgYc-Q" },
];

const encoder = new TextEncoder();

/** The requests of the known values of one algorithm or all, and what they derive. */
function known(algorithm?: KdfRequest["algorithm"]): { request: KdfRequest; expected: Uint8Array }[] {
  return VECTORS.filter((vector) => algorithm === undefined || vector.algorithm === algorithm).map(
    ({ key, ...parameters }) => {
      const expected = decodeBase64url(key);
      const password = encoder.encode("password");
      const salt = encoder.encode("somesaltsomesalt");
      return { request: { ...parameters, length: expected.length, password, salt }, expected };
    },
  );
}

/** Reports whether a function derives the known values of an algorithm. */
export function isRight(algorithm: KdfRequest["algorithm"], derive: (request: KdfRequest) => Uint8Array): boolean {
  return known(algorithm).every(({ request, expected }) => same(derive(request), expected));
}

/** Throws a TypeError if a kdf derives something wrong; it may leave anything to the module. */
export async function prove(kdf: Kdf): Promise<void> {
  for (const { request, expected } of known()) {
    const { algorithm } = request;
    let derived: Uint8Array | undefined;
    try {
      derived = await kdf(request);
    } catch {
      throw new TypeError(`enrol: the option kdf fails to derive ${algorithm}`); // it may quote a password
    }
    if (derived !== undefined && !same(derived, expected)) {
      throw new TypeError(`enrol: the option kdf derives ${algorithm} wrongly: nobody could log in later`);
    }
  }
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return isBytes(a) && a.length === b.length && a.every((byte, i) => byte === b[i]);
}
