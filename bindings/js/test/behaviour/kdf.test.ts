// Password hashes: the same by the module, by Node and by Web Crypto.

import assert from "node:assert/strict";
import * as crypto from "node:crypto";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { type Kdf, type KdfRequest, memoryStore } from "@enrol-sso/enrol";
import { nodeKdf, workerKdf } from "@enrol-sso/enrol/node";
import { kdf as answerKdf } from "#dist/effects/kdf.js";
import { ALGORITHMS, webKdf } from "#dist/kdf.js";
import { nodeRsArgon2 } from "#dist/node/argon2.js";
import { kdfWith } from "#dist/node/kdf.js";
import { account, confWith, ok, refused, start } from "../fixture.js";

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

test("Node and Web Crypto derive the hashes of imported accounts, or leave them to the module", async () => {
  const request: KdfRequest = { ...PBKDF2, algorithm: "pbkdf2-sha256", length: 32 };
  const expected = crypto.pbkdf2Sync(request.password, request.salt, 1000, 32, "sha256").toString("hex");
  for (const derive of [nodeKdf, webKdf]) {
    assert.equal(Buffer.from((await derive(request)) ?? []).toString("hex"), expected);
    for (const algorithm of ["bcrypt", "argon3"]) {
      assert.equal(await derive({ ...request, algorithm: algorithm as KdfRequest["algorithm"] }), undefined);
    }
  }
  // RFC 7914, section 12, the third, and one that takes more memory than Node allows by itself.
  const scrypt: KdfRequest = {
    algorithm: "scrypt",
    iterations: 16384,
    block: 8,
    parallelism: 1,
    length: 64,
    password: new Uint8Array(Buffer.from("pleaseletmein")),
    salt: new Uint8Array(Buffer.from("SodiumChloride")),
  };
  assert.equal(
    Buffer.from((await nodeKdf(scrypt)) ?? []).toString("hex"),
    "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887",
  );
  assert.equal((await nodeKdf({ ...scrypt, iterations: 65536 }))?.length, 64);
  assert.equal(await webKdf(scrypt), undefined);
});

test("each password hash that takes time waits for its turn, off the thread", async () => {
  const source = await readFile(new URL("../../../../signup/internal/phc/hash.go", import.meta.url), "utf8");
  const names = [...source.matchAll(/= "((?:argon2|pbkdf2|scrypt|bcrypt)[\w-]*)"/g)].map(([, name]) => name as string);
  assert.ok(names.length >= 8, `${names}`);
  assert.deepEqual([...ALGORITHMS].sort(), names.sort());
});

test("PBKDF2 with SHA-1 is derived as the standard says", async () => {
  const request: KdfRequest = { ...PBKDF2, algorithm: "pbkdf2-sha1", length: 20 };
  const expected = crypto.pbkdf2Sync(request.password, request.salt, 1000, 20, "sha1").toString("hex");
  for (const derive of [nodeKdf, webKdf]) {
    assert.equal(Buffer.from((await derive(request)) ?? []).toString("hex"), expected);
  }
});

const ARGON2: KdfRequest = {
  algorithm: "argon2id",
  memory: 65_536,
  iterations: 2,
  parallelism: 1,
  length: 32,
  password: new Uint8Array(Buffer.from("password")),
  salt: new Uint8Array(Buffer.from("somesalt")),
};

/** RFC 9106 has no vectors without a secret; these are the reference implementation's. */
const ARGON2_VECTORS = [
  ["argon2id", "09316115d5cf24ed5a15a31a3ba326e5cf32edc24702987c02b6566f61913cf7"],
  ["argon2i", "c1628832147d9720c5bd1cfd61367078729f6dfb6f8fea9ff98158e0d7816ed0"],
] as const;

for (const [algorithm, expected] of ARGON2_VECTORS) {
  test(`native ${algorithm} derives what the reference implementation derives`, async () => {
    const derived = await nodeKdf({ ...ARGON2, algorithm });
    assert.equal(derived && Buffer.from(derived).toString("hex"), expected);
  });

  test(`${algorithm} of the module on another thread derives the same`, async () => {
    const kdf = workerKdf({ first: () => undefined });
    const derived = await kdf({ ...ARGON2, algorithm });
    assert.equal(derived && Buffer.from(derived).toString("hex"), expected);
    await kdf.close();
  });
}

test("without native argon2, hashing is left to the module", async () => {
  assert.equal(await nodeRsArgon2("@node-rs/not-there"), undefined);
  const kdf = kdfWith(async () => undefined);
  assert.equal(await kdf(ARGON2), undefined);
  assert.equal(await kdf({ ...ARGON2, algorithm: "argon2i" }), undefined);
});

/** The hash of a password that the store holds, in clear by configuration. */
async function hashWith(kdf: Kdf): Promise<string> {
  const store = memoryStore();
  const { enrol } = await start({ store, kdf, conf: confWith({ main: "encrypt_password=False" }) });
  await ok(enrol.signup(account("ada")));
  const [user] = await store.scan("user/", "", 1);
  return /\$pbkdf2-sha512\$1000\$([^$"]+)\$([^$"]+)/.exec(user?.data ?? "")?.[0] ?? "none";
}

test("the module uses what the kdf derives, and derives the same by itself", async () => {
  for (const kdf of [nodeKdf, webKdf, () => undefined]) {
    const [, , , salt = "", hash] = (await hashWith(kdf)).split("$");
    const raw = Buffer.from(salt.replaceAll(".", "+"), "base64");
    const expected = crypto.pbkdf2Sync(account("ada").password, raw, 1000, 64, "sha512").toString("base64");
    assert.equal(hash, expected.replaceAll("+", ".").replace(/=+$/, ""));
  }
});

test("the module verifies imported hashes, with native code or without", async () => {
  const hashes = [
    "$2b$05$abcdefghijklmnopqrstuuD3mHdCr44zlIZ.VZCaYRpfQhXMYnEo.",
    `$scrypt$ln=4,r=8,p=1$AAAAAAAAAAAAAAAAAAAAAA$${unpadded(crypto.scryptSync(account("ada").password, Buffer.alloc(16), 32, { N: 16 }))}`,
    `$pbkdf2-sha256$1000$AAAAAAAAAAAAAAAAAAAAAA$${unpadded(crypto.pbkdf2Sync(account("ada").password, Buffer.alloc(16), 1000, 32, "sha256")).replaceAll("+", ".")}`,
  ];
  for (const kdf of [nodeKdf, webKdf, () => undefined]) {
    const store = memoryStore();
    const { enrol } = await start({ store, kdf, conf: confWith({ main: "encrypt_password=False" }) });
    const { confirmToken } = await ok(enrol.signup(account("ada")));
    await ok(enrol.confirm({ confirmToken }));
    for (const password of hashes) {
      const [user] = await store.scan("user/", "", 1);
      const data = JSON.stringify({ ...JSON.parse(user?.data ?? ""), password });
      await store.commit({ checks: [], puts: [{ key: user?.key ?? "", data }], deletes: [] });
      const right = await ok(enrol.verify({ username: "ada", password: account("ada").password }));
      assert.equal(right.user.username, "ada");
      await refused(enrol.verify({ username: "ada", password: "wrong horse battery" }), "E005001");
    }
  }
});

function unpadded(bytes: Buffer): string {
  return bytes.toString("base64").replace(/=+$/, "");
}

test("a kdf that fails or returns too little fails the signup, without its message", async () => {
  for (const wrong of [
    () => {
      throw new Error("correct horse battery");
    },
    () => new Uint8Array(5),
    () => "text" as never,
  ]) {
    let kdf: Kdf = () => undefined;
    const { enrol } = await start({ kdf: (request) => kdf(request) });
    kdf = wrong;
    await assert.rejects(enrol.signup(account("ada")), (error: Error & { code?: string }) => {
      assert.equal(error.code, "E901002");
      assert(!error.message.includes("horse"));
      return true;
    });
    await enrol.close();
  }
});

for (const [why, kdf] of [
  ["derives something else", ({ length }) => new Uint8Array(length)],
  ["derives too little", () => new Uint8Array(5)],
  ["answers what are no bytes", () => "text" as never],
  ["confuses the parameters", (request) => nodeKdf({ ...request, iterations: request.iterations + 1 })],
  ...["argon2i", "pbkdf2-sha256", "scrypt", "bcrypt"].map((kind) => [
    `takes ${kind} for another`,
    (request: KdfRequest) => nodeKdf(request.algorithm === kind ? { ...request, algorithm: "pbkdf2-sha512" } : request),
  ]),
] as [string, Kdf][]) {
  test(`a kdf that ${why} is refused at start`, async () => {
    await assert.rejects(start({ kdf }), { name: "TypeError", message: /^enrol: the option kdf derives .* wrongly/ });
  });
}

test("a kdf that fails is refused at start, without its message", async () => {
  const kdf = () => {
    throw new Error("secret");
  };
  await assert.rejects(start({ kdf }), {
    name: "TypeError",
    message: "enrol: the option kdf fails to derive argon2id",
  });
});

test("an algorithm that a kdf does not know is left to the module", async () => {
  const derive = () => assert.fail("it is not even asked");
  const request = { algorithm: "argon3", iterations: 1, length: 1, password: "", salt: "" };
  assert.equal(await answerKdf(derive, request as never), '{"unsupported":true}');
});
