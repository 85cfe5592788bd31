// The client of the public routes, against the handler, and its size.

import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import type { Enrol } from "@enrol-sso/enrol";
import {
  type ClientOptions,
  createClient,
  fieldOf,
  languages,
  loadTexts,
  messageFor,
  messagesFor,
} from "@enrol-sso/enrol/client";
import { handler } from "@enrol-sso/enrol/http";
import { catalogueFor } from "@enrol-sso/enrol/messages";
import { messageService } from "@enrol-sso/enrol/services";
import { build } from "esbuild";
import { confWith, start } from "../fixture.js";

const conf = confWith({
  main: "email_service=mail",
  enrol: "password_hash=pbkdf2-sha512\nbind_apps=True\nresend_cooldown=0\nmessage_cooldown=0",
}).replace("inform_if_user_exists=True", "");
const ada = { username: "ada", password: "correct horse battery", email: "ada@example.com" };

const open: Enrol[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((enrol) => enrol.close()));
});

/** A client of a handler, what it sent, and the tokens of messages. */
async function client(options: ClientOptions = {}, lose: (call: number) => boolean = () => false) {
  const tokens: string[] = [];
  const { enrol } = await start({ conf, services: { mail: messageService(({ token }) => tokens.push(token)) } });
  open.push(enrol);
  const handle = handler(enrol, { clientAddress: () => "192.0.2.1" });
  const sent: { url: string; body: Record<string, unknown>; key: string | null }[] = [];
  const calls = createClient({
    fetch: async (url, init) => {
      const request = new Request(`https://example.com${url}`, init);
      sent.push({ url, body: JSON.parse(String(init.body)), key: request.headers.get("idempotency-key") });
      const response = await handle(request);
      if (lose(sent.length)) {
        throw new TypeError("the connection is lost");
      }
      return response;
    },
    ...options,
  });
  return { calls, sent, tokens, enrol };
}

test("somebody signs up, asks for another message, and confirms", async () => {
  const { calls, sent, tokens, enrol } = await client();
  const account = { ...ada, displayName: "Ada", appList: ["CRM"], attrs: { locale: "de", someThing: "x" } };
  const answer = await calls.signup(account);
  assert.deepEqual(answer, { ok: true, cid: answer.cid });
  assert.deepEqual(Object.keys(sent[0]?.body ?? {}).sort(), [
    "app_list",
    "attrs",
    "display_name",
    "email",
    "password",
    "username",
  ]);
  assert.deepEqual(sent[0]?.body["attrs"], account.attrs);
  assert((await calls.resend({ username: ada.username, email: ada.email })).ok);
  await enrol.dispatch();
  assert((await calls.confirm({ token: tokens.at(-1) ?? "" })).ok);
  const got = await enrol.get({ username: "ada" });
  assert(got.ok && got.user.signUpStatus === "final");
});

test("a refusal has codes, words and the member, and texts in the user's language", async () => {
  const { calls } = await client();
  const refused = await calls.signup({ ...ada, username: "a b", password: "x" });
  assert(!refused.ok);
  assert.deepEqual(refused.subStatus, ["E001004", "E003002"]);
  assert.deepEqual(refused.reasons, ["username_has_spaces", "password_too_short"]);
  assert.deepEqual(refused.subStatus.map(fieldOf), ["username", "password"]);
  const texts = await loadTexts(["nl", "de-AT"]);
  assert.equal(texts.language, "de");
  assert.equal(messagesFor(refused.subStatus, texts)[1], messageFor("E003002", catalogueFor("de")));
  const wrong = await calls.signup({ ...ada, displayName: 7 as unknown as string });
  assert(!wrong.ok);
  assert.equal(wrong.field, "displayName");
});

test("every language can be loaded", async () => {
  for (const language of languages) {
    assert.equal(await loadTexts(language), catalogueFor(language));
  }
});

test("validate rates the password", async () => {
  const { calls } = await client();
  assert.equal((await calls.validate({ password: "correct horse battery" })).strength?.score, 4);
  assert.equal((await calls.validate({ password: "x" })).strength?.score, 0);
});

test("a client names its application, unless a request does", async () => {
  const { calls, sent } = await client({ app: "CRM" });
  await calls.validate({ username: "ada" });
  await calls.validate({ username: "ada", app: "Shop" });
  assert.deepEqual(
    sent.map(({ body }) => body["app"]),
    ["CRM", "Shop"],
  );
});

test("a signup without an answer is repeated with its key, and signs up once", async () => {
  const { calls, sent, tokens, enrol } = await client({}, (call) => call === 1);
  assert((await calls.signup(ada)).ok);
  assert.equal(sent.length, 2);
  assert.match(sent[0]?.key ?? "", /^[0-9a-f]{32}$/);
  assert.equal(sent[1]?.key, sent[0]?.key);
  await enrol.dispatch();
  assert.equal(tokens.length, 1);
});

test("a user who tries again repeats the request; a changed one has a new key", async () => {
  const { calls, sent } = await client({}, (call) => call <= 2);
  const lost = await calls.signup(ada);
  assert.deepEqual(lost, { ok: false, subStatus: ["E901002"], reasons: ["unavailable"] });
  assert((await calls.signup(ada)).ok);
  await calls.signup({ ...ada, username: "bea" });
  const [first, again, later, other] = sent.map(({ key }) => key);
  assert(first === again && first === later && first !== other);
});

test("an answer of something in between is none", async () => {
  for (const response of [
    () => new Response("<html>Bad gateway</html>", { status: 502 }),
    () => Response.json({ error: "?" }, { status: 500 }),
    () => Response.json(null),
  ]) {
    const calls = createClient({ fetch: async () => response() });
    const answer = await calls.validate({ username: "ada" });
    assert(!answer.ok && answer.subStatus[0] === "E901002");
  }
});

test("too many requests have the time to wait", async () => {
  const calls = createClient({
    fetch: async () => Response.json({ cid: "c", status: "error", sub_status: ["E901001"], retry_after: 7 }),
  });
  const answer = await calls.resend({ username: "ada", email: "ada@example.com" });
  assert(!answer.ok);
  assert.equal(answer.retryAfter, 7);
});

test("all of the client, without texts, is at most 5 kB compressed", async (t) => {
  const { outputFiles, metafile } = await build({
    entryPoints: [fileURLToPath(import.meta.resolve("@enrol-sso/enrol/client"))],
    bundle: true,
    minify: true,
    splitting: true,
    format: "esm",
    target: "es2022",
    outdir: "client",
    metafile: true,
    write: false,
  });
  const outputs = new Map(Object.entries(metafile.outputs));
  const needed = new Set<string>();
  const need = (path: string) => {
    if (!needed.has(path)) {
      needed.add(path);
      for (const { kind, path: imported } of outputs.get(path)?.imports ?? []) {
        if (kind === "import-statement") {
          need(imported);
        }
      }
    }
  };
  for (const [path, { entryPoint }] of outputs) {
    if (entryPoint?.endsWith("client/index.js")) {
      need(path);
    }
  }
  assert(needed.size > 0 && outputs.size > needed.size + languages.length - 1);
  const code = outputFiles
    .filter(({ path }) => [...needed].some((name) => path.endsWith(name)))
    .map(({ text }) => text);
  const size = gzipSync(code.join("\n"), { level: 9 }).length;
  t.diagnostic(`the client has ${size} bytes with gzip`);
  assert(size <= 5_000, `${size} bytes`);
});
