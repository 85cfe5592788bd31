// Argon2id in SIMD: it derives what everybody derives, or leaves it to the module.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import type { KdfRequest } from "@enrol-sso/enrol";
import { loadModule } from "@enrol-sso/enrol/node";
import { Argon2id } from "#dist/argon2id.js";
import { encodeBase64url } from "#dist/base64url.js";
import { edgeKdf } from "#dist/edge/kdf.js";
import { Instance } from "#dist/instance.js";
import { simd } from "#dist/threads/hasher.js";

const compiled = await WebAssembly.compile(await readFile(new URL("../../dist/argon2id.wasm", import.meta.url)));
const instance = await Instance.create(await loadModule());

const request = (more: Partial<KdfRequest> = {}): KdfRequest => ({
  algorithm: "argon2id",
  memory: 64,
  iterations: 2,
  parallelism: 1,
  length: 32,
  password: new TextEncoder().encode("correct horse battery"),
  salt: new Uint8Array(16).fill(3),
  ...more,
});

function byModule({ password, salt, ...parameters }: KdfRequest): string {
  const text = { ...parameters, password: encodeBase64url(password), salt: encodeBase64url(salt) };
  return JSON.parse(instance.derive(JSON.stringify(text))).key;
}

test("argon2id in SIMD derives what the module derives, in turn in more and in less memory", async () => {
  const argon2id = new Argon2id(compiled);
  for (const more of [
    {},
    { memory: 19_456 },
    { memory: 8, iterations: 1 },
    { memory: 65_536, iterations: 1 },
    { memory: 103, parallelism: 3 },
    { memory: 4_097, parallelism: 4 },
    { memory: 97, parallelism: 12, iterations: 3 },
    { length: 4 },
    { length: 64 },
    { length: 100 },
    { password: new Uint8Array(2) },
    { password: new Uint8Array(4096).fill(0xff) },
    { salt: new Uint8Array(8) },
  ]) {
    const key = encodeBase64url(argon2id.derive(request(more)) as Uint8Array<ArrayBuffer>);
    assert.equal(key, byModule(request(more)), JSON.stringify(more));
  }
});

test("parameters that argon2id in SIMD does not take are left to the module", async () => {
  const edge = edgeKdf(compiled);
  for (const more of [
    { memory: 8 << 20 }, // 8 GiB: more than there can be
    { parallelism: 0 },
    { iterations: 0 },
    { memory: 7 },
    { password: new Uint8Array(0) },
    { algorithm: "argon2i" },
    { algorithm: "bcrypt" },
  ] as Partial<KdfRequest>[]) {
    assert.equal(await simd(request(more)), undefined, JSON.stringify(more));
    assert.equal(await edge(request(more)), undefined, JSON.stringify(more));
  }
});

test("an argon2id that derives wrongly is not used", async (t) => {
  const wrong = t.mock.method(WebAssembly, "Instance", function (this: unknown) {
    return { exports: { G() {}, G2() {}, xor() {}, getLZ() {} } };
  });
  assert.throws(() => new Argon2id(compiled), /wrongly/);
  const edge = edgeKdf(compiled);
  assert.equal(await edge(request()), undefined);
  wrong.mock.restore();
  assert.equal(await edge(request()), undefined, "it stays unused");
});
