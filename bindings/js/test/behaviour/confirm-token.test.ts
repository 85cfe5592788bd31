// The token in the answer of signup: nothing that prints or sends the answer has it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { format, inspect, isDeepStrictEqual } from "node:util";
import { deserialize, serialize } from "node:v8";
import { MessageChannel } from "node:worker_threads";
import { ConfirmToken } from "@enrol-sso/enrol";
import { account, ok, refused, start } from "../fixture.js";

/** What a program may do with an answer, as text. */
const leaks: Record<string, (answer: { confirmToken: ConfirmToken }) => unknown> = {
  "JSON.stringify": (answer) => JSON.stringify(answer),
  "JSON.stringify of the token": ({ confirmToken }) => JSON.stringify(confirmToken),
  "Response.json": (answer) => Response.json(answer).text(),
  "console.log": (answer) => format(answer, answer.confirmToken),
  "console.log with formats": ({ confirmToken }) => format("%s %o %O %j", ...Array(4).fill(confirmToken)),
  "util.inspect with everything": (answer) =>
    inspect(answer, { showHidden: true, depth: 9, getters: true, customInspect: false }),
  String: ({ confirmToken }) => String(confirmToken),
  "a template string": ({ confirmToken }) => `${confirmToken}`,
  concat: ({ confirmToken }) => "".concat(confirmToken as unknown as string),
  URLSearchParams: ({ confirmToken }) => new URLSearchParams({ confirmToken: confirmToken as unknown as string }),
  structuredClone: (answer) => inspect(structuredClone(answer), { showHidden: true, depth: 9 }),
  "v8.serialize": (answer) => inspect(deserialize(serialize(answer)), { showHidden: true, depth: 9 }),
  postMessage: async (answer) => {
    const { port1, port2 } = new MessageChannel();
    const arrived = new Promise((resolve) => port2.once("message", resolve));
    port1.postMessage(answer);
    const clone = await arrived;
    port1.close();
    return inspect(clone, { showHidden: true, depth: 9 });
  },
  "a copy of its members": ({ confirmToken }) =>
    JSON.stringify({ ...confirmToken, ...Object.assign({}, confirmToken) }),
  "all its members": ({ confirmToken }) =>
    Reflect.ownKeys(confirmToken).map((key) => String(Reflect.get(confirmToken, key))),
  "an error's message": (answer) => new Error(`${answer.confirmToken} ${JSON.stringify(answer)}`).stack,
};

for (const [name, leak] of Object.entries(leaks)) {
  test(`the token is not in ${name}`, async () => {
    const { enrol } = await start();
    const answer = await ok(enrol.signup(account("ada")));
    const text = String(await leak(answer));
    assert(!text.includes(answer.confirmToken.reveal()), text);
    await enrol.close();
  });
}

test("what stands for the token is [redacted]", () => {
  const confirmToken = new ConfirmToken("secret");
  assert.equal(JSON.stringify({ confirmToken }), '{"confirmToken":"[redacted]"}');
  assert.equal(`${confirmToken} ${String(confirmToken)} ${inspect(confirmToken)}`, "[redacted] [redacted] [redacted]");
  assert.equal(confirmToken.reveal(), "secret");
  assert(isDeepStrictEqual(structuredClone({ confirmToken }), { confirmToken: {} }));
});

test("confirm takes the token and its text, also from another copy of the package", async () => {
  const { enrol } = await start();
  const [ada, bob, eve] = await Promise.all(["ada", "bob", "eve"].map((name) => ok(enrol.signup(account(name)))));
  assert(ada && bob && eve);
  await ok(enrol.confirm({ confirmToken: ada.confirmToken }));
  await ok(enrol.confirm({ confirmToken: bob.confirmToken.reveal() }));
  const other = { reveal: () => eve.confirmToken.reveal() } as ConfirmToken;
  await ok(enrol.confirm({ confirmToken: other }));
  await enrol.close();
});

test("confirm says so if it gets what is printed in place of a token", async () => {
  const { enrol } = await start();
  const { confirmToken } = await ok(enrol.signup(account("ada")));
  const { message } = await refused(enrol.confirm({ confirmToken: `${confirmToken}` }), "E008002", "confirmToken");
  assert.match(message ?? "", /pass the token, or what its reveal\(\) returns/);
  await refused(enrol.confirm({ confirmToken: structuredClone(confirmToken) }), "E008002", "confirmToken");
  await enrol.close();
});
