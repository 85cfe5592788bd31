// Which native argon2 is used. Only the newest Node has one of its own: test/entries runs this there.

import assert from "node:assert/strict";
import crypto from "node:crypto";
import { syncBuiltinESMExports } from "node:module";
import { test } from "node:test";
import { nodeKdf } from "@enrol-sso/enrol/node";

const own = (crypto as { argon2?: (...args: unknown[]) => void }).argon2;
let asked = 0;
if (own) {
  Object.assign(crypto, {
    argon2: (...args: unknown[]) => {
      asked++;
      own(...args);
    },
  });
  syncBuiltinESMExports();
}
// Imported only now: it looks for the one of Node once.
const { nodeArgon2 } = await import("#dist/node/argon2.js");

const request = {
  algorithm: "argon2id",
  memory: 64,
  iterations: 2,
  parallelism: 1,
  length: 32,
  password: new TextEncoder().encode("password"),
  salt: new TextEncoder().encode("somesaltsomesalt"),
} as const;
const KEY = "Gpj7qOY5RCXJvcMzqcdQqvgR3wcPX7SleI4c9NtXk6E"; // by the reference implementation

const hash = (bytes: Uint8Array | undefined) => bytes && Buffer.from(bytes).toString("base64url");

test("@node-rs/argon2, which is faster, is preferred to the argon2 of Node", async () => {
  assert.equal(hash(await nodeKdf(request)), KEY);
  assert.equal(asked, 0);
});

test("the argon2 of Node derives what the reference implementation derives", { skip: !own }, async () => {
  assert.equal(hash(await nodeArgon2()?.(request)), KEY);
  assert.equal(asked, 1);
});
