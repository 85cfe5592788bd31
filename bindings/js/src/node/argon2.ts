// Native Argon2: @node-rs/argon2 where it is installed, which takes a third of the time of the one that Node 24.7 and
// later has. Both work off the main thread.

import crypto from "node:crypto";
import nodeModule from "node:module";
import type { KdfRequest } from "../kdf.js";

/** Derives argon2id and argon2i. */
export type Argon2 = (request: KdfRequest) => Promise<Uint8Array>;

/** The argon2 of Node 24.7 and later. */
type NodeArgon2 = (
  algorithm: string,
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

/** What is used of @node-rs/argon2. */
interface NodeRs {
  hashRaw(
    password: Uint8Array,
    options: {
      algorithm: number;
      version: number;
      salt: Uint8Array;
      parallelism: number;
      outputLen: number;
      memoryCost: number;
      timeCost: number;
    },
  ): Promise<Uint8Array>;
}

/** Node's own, if it has one. */
export function nodeArgon2(): Argon2 | undefined {
  const derive = (crypto as { argon2?: NodeArgon2 }).argon2;
  return (
    derive &&
    (({ algorithm, password, salt, memory = 0, iterations, parallelism = 1, length }) => {
      const parameters = { message: password, nonce: salt, parallelism, tagLength: length, memory, passes: iterations };
      return new Promise((resolve, reject) => {
        derive(algorithm, parameters, (error, tag) => (error ? reject(error) : resolve(tag)));
      });
    })
  );
}

/** Returns the argon2 of @node-rs/argon2, if it is installed. */
export function nodeRsArgon2(name = "@node-rs/argon2"): Argon2 | undefined {
  const module = optional(name) as NodeRs | undefined;
  if (!module) {
    return undefined;
  }
  return ({ algorithm, password, salt, memory = 0, iterations, parallelism = 1, length }) =>
    module.hashRaw(password, {
      algorithm: algorithm === "argon2id" ? 2 : 1, // its numbers for argon2id and argon2i
      version: 1, // its number for 0x13
      salt,
      parallelism,
      outputLen: length,
      memoryCost: memory,
      timeCost: iterations,
    });
}

/**
 * Loads a package that need not be installed. It is looked for when the program runs and not when it
 * is bundled: from this file, and from the program, since this file may be in a bundle that names
 * where its source was.
 */
function optional(name: string): unknown {
  for (const from of [import.meta.url, process.argv[1]]) {
    try {
      return nodeModule.createRequire(from ?? "")(name);
    } catch {
      // It is not installed there, or cannot run here.
    }
  }
  return undefined;
}

let found: Promise<Argon2 | undefined> | undefined;

/** The better of the two, if there is one: @node-rs/argon2 is faster. The search runs once per process. */
export function findArgon2(): Promise<Argon2 | undefined> {
  found ??= Promise.resolve(nodeRsArgon2() ?? nodeArgon2());
  return found;
}
