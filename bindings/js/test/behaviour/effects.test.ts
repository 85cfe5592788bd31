// Effects that the module cannot be made to request in a test.

import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeBase64url, encodeBase64url } from "#dist/base64url.js";
import { callback } from "#dist/effects/callback.js";
import { entropy } from "#dist/effects/entropy.js";

test("entropy returns the requested number of bytes, never the same", () => {
  for (const bytes of [0, 1, 149, 65_536, 65_537, 200_000]) {
    const answer = JSON.parse(String(entropy({ bytes })));
    assert.equal(Buffer.from(answer.entropy, "base64url").length, bytes);
    assert.match(answer.entropy, /^[A-Za-z0-9_-]*$/);
  }
  assert.notEqual(entropy({ bytes: 16 }), entropy({ bytes: 16 }));
});

test("base64url is Node's", () => {
  for (let length = 0; length < 300; length++) {
    const bytes = Uint8Array.from({ length }, (_, i) => (i * 37 + length) & 0xff);
    const text = Buffer.from(bytes).toString("base64url");
    assert.equal(encodeBase64url(bytes), text);
    assert.deepEqual(decodeBase64url(text), bytes);
  }
});

const request = { service: "slow", headers: {}, body: '{"type":"user.validate","data":{}}' };

test("a service that does not answer is aborted after 30 seconds", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const reasons: unknown[] = [];
  const slow = (_: unknown, { signal }: { signal: AbortSignal }) =>
    new Promise(() => {
      signal.addEventListener("abort", () => {
        reasons.push(signal.reason);
      });
    });
  const answer = callback(new Map([["slow", slow]]), request, { signal: new AbortController().signal });
  t.mock.timers.tick(29_999);
  assert.equal(reasons.length, 0);
  t.mock.timers.tick(1);
  assert.equal(await answer, '{"error":"the service did not answer within 30 seconds","kind":"down"}');
  assert(reasons[0] instanceof Error);
});

test("a call that is cut off counts as stopped, unless the service had 20 seconds", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout", "Date"] });
  for (const [ms, after, answered] of [
    [-1, 0, '{"error":"the request ended before the service answered","kind":"stopped"}'],
    [19_999, 19_999, '{"error":"the request ended before the service answered","kind":"stopped"}'],
    [20_000, 20_000, '{"error":"the service did not answer within 20 seconds","kind":"down"}'],
    [60_000, 30_000, '{"error":"the service did not answer within 30 seconds","kind":"down"}'],
  ] as const) {
    const calls = { signal: new AbortController().signal, cut: Date.now() + ms };
    const answer = callback(new Map([["slow", () => new Promise(() => {})]]), request, calls);
    t.mock.timers.tick(after);
    assert.equal(await answer, answered);
  }
});

test("a name of no service is an error, and so is a member of Object.prototype", async () => {
  for (const service of ["nobody", "toString"]) {
    const answer = await callback(new Map(), { ...request, service }, { signal: new AbortController().signal });
    assert.equal(answer, '{"error":"there is no such service","kind":"refused"}');
  }
});
