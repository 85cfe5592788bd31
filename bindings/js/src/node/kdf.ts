// Password hashing by Node, off the main thread.

import * as crypto from "node:crypto";
import { promisify } from "node:util";
import type { Kdf, KdfRequest } from "../kdf.js";

const pbkdf2 = promisify(crypto.pbkdf2);
const scryptOf = promisify<crypto.BinaryLike, crypto.BinaryLike, number, crypto.ScryptOptions, Buffer>(crypto.scrypt);

/** The argon2 of Node 24 and later. */
type Argon2 = (
  algorithm: "argon2id",
  parameters: {
    message: Uint8Array;
    nonce: Uint8Array;
    parallelism: number;
    tagLength: number;
    memory: number;
    passes: number;
  },
  callback: (error: Error | null, tag: Buffer) => void,
) => void;

const argon2 = (crypto as { argon2?: Argon2 }).argon2;

/** Derives PBKDF2 and scrypt with every Node, argon2id with those that have it. */
export const nodeKdf: Kdf = (request) => {
  switch (request.algorithm) {
    case "pbkdf2-sha512":
      return pbkdf2(request.password, request.salt, request.iterations, request.length, "sha512");
    case "pbkdf2-sha256":
      return pbkdf2(request.password, request.salt, request.iterations, request.length, "sha256");
    case "scrypt":
      return scrypt(request);
    case "argon2id":
      return argon2 && argon2id(argon2, request);
    default:
      return undefined;
  }
};

function scrypt({ password, salt, iterations, block = 8, parallelism = 1, length }: KdfRequest): Promise<Uint8Array> {
  // Node would refuse more than 32 MiB. The module bounds what it asks for.
  const maxmem = 256 * block * (iterations + parallelism);
  return scryptOf(password, salt, length, { N: iterations, r: block, p: parallelism, maxmem });
}

function argon2id(derive: Argon2, request: KdfRequest): Promise<Uint8Array> {
  const { password, salt, memory = 0, iterations, parallelism = 1, length } = request;
  const parameters = { message: password, nonce: salt, parallelism, tagLength: length, memory, passes: iterations };
  return new Promise((resolve, reject) => {
    derive("argon2id", parameters, (error, tag) => (error ? reject(error) : resolve(tag)));
  });
}
