// Password hashing by Node, off the main thread.

import crypto, { type BinaryLike, type ScryptOptions } from "node:crypto";
import { promisify } from "node:util";
import type { Kdf, KdfRequest } from "../kdf.js";
import { type Argon2, findArgon2 } from "./argon2.js";

const pbkdf2 = promisify(crypto.pbkdf2);
const scryptOf = promisify<BinaryLike, BinaryLike, number, ScryptOptions, Buffer>(crypto.scrypt);

/** Node hashes on four threads, which it uses for files and names too: one is left for those. */
const AT_ONCE = 3;

/**
 * Derives PBKDF2 and scrypt with every Node, and argon2 where `@node-rs/argon2` is
 * installed or with Node 24.7 and later. The module derives argon2d, which is of few imported accounts.
 */
export const nodeKdf: Kdf = kdfWith(findArgon2);

/** The kdf of Node with an argon2 from somewhere. */
export function kdfWith(find: () => Promise<Argon2 | undefined>): Kdf {
  const derive = async (request: KdfRequest) => {
    switch (request.algorithm) {
      case "pbkdf2-sha512":
        return pbkdf2(request.password, request.salt, request.iterations, request.length, "sha512");
      case "pbkdf2-sha256":
        return pbkdf2(request.password, request.salt, request.iterations, request.length, "sha256");
      case "pbkdf2-sha1":
        return pbkdf2(request.password, request.salt, request.iterations, request.length, "sha1");
      case "scrypt":
        return scrypt(request);
      case "argon2id":
      case "argon2i":
        return (await find())?.(request);
      default:
        return undefined;
    }
  };
  return Object.assign(derive, { atOnce: AT_ONCE });
}

function scrypt({ password, salt, iterations, block = 8, parallelism = 1, length }: KdfRequest): Promise<Uint8Array> {
  // Node would refuse more than 32 MiB. The module bounds what it asks for.
  const maxmem = 256 * block * (iterations + parallelism);
  return scryptOf(password, salt, length, { N: iterations, r: block, p: parallelism, maxmem });
}
