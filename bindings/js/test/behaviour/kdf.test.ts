// Password hashes: the same by the module, by Node and by Web Crypto.

import assert from "node:assert/strict";
import * as crypto from "node:crypto";
import { test } from "node:test";
import { type Kdf, type KdfRequest, memoryStore } from "@enrol-sso/enrol";
import { nodeKdf } from "@enrol-sso/enrol/node";
import { webKdf } from "#dist/kdf.js";
import { account, confWith, start } from "../fixture.js";

const PBKDF2: KdfRequest = {
  algorithm: "pbkdf2-sha512",
  iterations: 1000,
  length: 64,
  password: new Uint8Array(Buffer.from("correct horse battery")),
  salt: new Uint8Array(16).fill(1),
};

test("Node and Web Crypto derive PBKDF2 as the standard says", async () => {
  const expected = crypto.pbkdf2Sync(PBKDF2.password, PBKDF2.salt, 1000, 64, "sha512").toString("hex");
  for (const derive of [nodeKdf, webKdf]) {
    assert.equal(Buffer.from((await derive(PBKDF2)) ?? []).toString("hex"), expected);
  }
});

test("argon2id by Node is RFC 9106's, where Node has it, and otherwise left to the module", async () => {
  // RFC 9106 has no vector without a secret; this one is the reference implementation's.
  const derived = await nodeKdf({
    algorithm: "argon2id",
    memory: 65_536,
    iterations: 2,
    parallelism: 1,
    length: 32,
    password: new Uint8Array(Buffer.from("password")),
    salt: new Uint8Array(Buffer.from("somesalt")),
  });
  const expected = "09316115d5cf24ed5a15a31a3ba326e5cf32edc24702987c02b6566f61913cf7";
  assert.equal(derived && Buffer.from(derived).toString("hex"), "argon2" in crypto ? expected : undefined);
});

/** The hash of a password that the store holds, in clear by configuration. */
async function hashWith(kdf: Kdf): Promise<string> {
  const store = memoryStore();
  const { enrol } = await start({ store, kdf, conf: confWith({ main: "encrypt_password=False" }) });
  await enrol.signup(account("ada"));
  const [user] = await store.scan("user/", "", 1);
  return /\$pbkdf2-sha512\$1000\$([^$"]+)\$([^$"]+)/.exec(user?.data ?? "")?.[0] ?? "none";
}

test("the module rests on what the kdf derives, and derives the same by itself", async () => {
  for (const kdf of [nodeKdf, webKdf, () => undefined]) {
    const [, , , salt = "", hash] = (await hashWith(kdf)).split("$");
    const raw = Buffer.from(salt.replaceAll(".", "+"), "base64");
    const expected = crypto.pbkdf2Sync(account("ada").password, raw, 1000, 64, "sha512").toString("base64");
    assert.equal(hash, expected.replaceAll("+", ".").replace(/=+$/, ""));
  }
});

test("a kdf that fails or answers too little fails the signup, and what it says is not told", async () => {
  for (const kdf of [
    () => {
      throw new Error("correct horse battery");
    },
    () => new Uint8Array(5),
    () => "text" as never,
  ]) {
    const { enrol } = await start({ kdf });
    await assert.rejects(enrol.signup(account("ada")), (error: Error & { code?: string }) => {
      assert.equal(error.code, "E901002");
      assert(!error.message.includes("horse"));
      return true;
    });
  }
});
