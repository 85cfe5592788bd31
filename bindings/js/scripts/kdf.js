// Measures one hash of argon2id with the default parameters, by each way that this package has here: all in one run, in
// turn. Prints milliseconds of the processor.
//
//   npm run bench:kdf

import { readFileSync } from "node:fs";
import { loadModule } from "@enrol-sso/enrol/node";
import { Argon2id } from "#dist/argon2id.js";
import { encodeBase64url } from "#dist/base64url.js";
import { Instance } from "#dist/instance.js";
import { nodeArgon2, nodeRsArgon2 } from "#dist/node/argon2.js";

const ROUNDS = 30;

const parameters = { algorithm: "argon2id", memory: 19_456, iterations: 2, parallelism: 1, length: 32 };
const password = new TextEncoder().encode("correct horse battery");
const salt = new TextEncoder().encode("somesaltsomesalt");
const request = { ...parameters, password, salt };

const simd = new Argon2id(new WebAssembly.Module(readFileSync(new URL("../dist/argon2id.wasm", import.meta.url))));
const instance = await Instance.create(await loadModule());
const text = JSON.stringify({ ...parameters, password: encodeBase64url(password), salt: encodeBase64url(salt) });
const ways = {
  "the module": () => instance.derive(text),
  SIMD: () => simd.derive(request),
  Node: nodeArgon2() && (() => nodeArgon2()(request)),
  "@node-rs/argon2": nodeRsArgon2() && (() => nodeRsArgon2()(request)),
};

const present = Object.entries(ways).filter(([, hash]) => hash);
const times = new Map(present.map(([name]) => [name, []]));
for (let round = -5; round < ROUNDS; round++) {
  for (const [name, hash] of present) {
    const before = process.cpuUsage();
    await hash();
    const { user, system } = process.cpuUsage(before);
    if (round >= 0) {
      times.get(name).push((user + system) / 1000); // earlier rounds warm up
    }
  }
}
process.stdout.write(`argon2id, 19 MiB, 2 passes: ms of the processor${" ".repeat(5)}least  median\n`);
for (const [name, all] of times) {
  const [least, median] = [all.sort((a, b) => a - b)[0], all[all.length >> 1]].map((ms) => ms.toFixed(1).padStart(8));
  process.stdout.write(`${name.padEnd(49)}${least}${median}\n`);
}
