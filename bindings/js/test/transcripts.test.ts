// Replays every transcript of the repository, with answers at once and with
// answers that come later. Each effect and the response must be the same,
// byte for byte.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import type { Operation } from "#dist/abi.js";
import { type Host, Instance } from "#dist/instance.js";
import { loadModule } from "#dist/node/module.js";

/** One operation in full. Requests, answers and the response are exact texts. */
interface Transcript {
  name: string;
  conf: string;
  secret_key: string;
  operation: Operation;
  request: string;
  effects: { effect: string; request: string; answer: string }[];
  response: string;
}

/** A replay of fewer would prove nothing. */
const FEWEST = 50;

const folder = new URL("../../../tests/transcripts/", import.meta.url);
const files = readdirSync(folder).filter((file) => file.endsWith(".json"));

test("there are transcripts enough", () => {
  assert(files.length >= FEWEST, `there are ${files.length} transcripts, at least ${FEWEST} are needed`);
});

/** How an answer is given. */
const modes: Record<string, (answer: string) => string | Promise<string>> = {
  "at once": (answer) => answer,
  later: (answer) => new Promise((resolve) => setImmediate(resolve, answer)),
};

for (const file of files) {
  const transcript = JSON.parse(readFileSync(new URL(file, folder), "utf8")) as Transcript;
  for (const [mode, give] of Object.entries(modes)) {
    test(`${transcript.name}, answered ${mode}`, () => replay(transcript, give));
  }
}

async function replay(transcript: Transcript, give: (answer: string) => string | Promise<string>): Promise<void> {
  const instance = await Instance.create(await loadModule());
  const configured = instance.configure(JSON.stringify({ conf: transcript.conf, secret_key: transcript.secret_key }));
  assert.equal(JSON.parse(configured).status, "ok", configured);

  const asked: { effect: string; request: string }[] = [];
  const host: Host = (effect, request) => {
    const expected = transcript.effects[asked.length];
    asked.push({ effect, request });
    const same = expected?.effect === effect && expected.request === request;
    return give(same ? expected.answer : '{"error":"the replay differs from the transcript"}');
  };
  const response = await instance.run(transcript.operation, transcript.request, host);

  assert.deepEqual(
    asked,
    transcript.effects.map(({ effect, request }) => ({ effect, request })),
  );
  assert.equal(response, transcript.response);
}
