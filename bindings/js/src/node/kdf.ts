// Password hashing by Node, off the main thread.

import * as crypto from "node:crypto";
import { promisify } from "node:util";
import type { Kdf, KdfRequest } from "../kdf.js";

const pbkdf2 = promisify(crypto.pbkdf2);

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

/** Derives PBKDF2 with every Node, argon2id with those that have it. */
export const nodeKdf: Kdf = (request) => {
  switch (request.algorithm) {
    case "pbkdf2-sha512":
      return pbkdf2(request.password, request.salt, request.iterations, request.length, "sha512");
    case "argon2id":
      return argon2 && argon2id(argon2, request);
    default:
      return undefined;
  }
};

function argon2id(derive: Argon2, request: KdfRequest): Promise<Uint8Array> {
  const { password, salt, memory = 0, iterations, parallelism = 1, length } = request;
  const parameters = { message: password, nonce: salt, parallelism, tagLength: length, memory, passes: iterations };
  return new Promise((resolve, reject) => {
    derive("argon2id", parameters, (error, tag) => (error ? reject(error) : resolve(tag)));
  });
}
