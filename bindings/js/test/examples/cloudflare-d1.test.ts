// cloudflare-d1: the Worker as wrangler builds it, in workerd with a D1 database.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { until } from "../fixture.js";
import { installed } from "../stores/runtimes/installed.js";
import { at, newKey, textOf } from "./example.js";

interface Miniflare {
  dispatchFetch(url: string, init?: object): Promise<Response>;
  getWorker(): Promise<{ scheduled(): Promise<{ outcome: string }> }>;
  getD1Database(name: string): Promise<{ prepare(sql: string): { all(): Promise<{ results: Row[] }> } }>;
  dispose(): Promise<void>;
}
interface Row {
  key: string;
  data: string;
}
interface Mail {
  id: string;
  to: string;
  subject: string;
  text: string;
}

const { Miniflare } = installed("miniflare") as { Miniflare: new (options: object) => Miniflare };
const password = "vexing otter lamps 9";
const ada = { username: "ada", password, email: "ada@example.com" };

const mails: Mail[] = [];
const refused: string[] = []; // ids of messages
let down = "";
let miniflare: Miniflare;

before(async () => {
  const env = { ...process.env, CI: "1", WRANGLER_SEND_METRICS: "false", WRANGLER_WRITE_LOGS: "false" };
  execFileSync("npm", ["--silent", "run", "build"], { cwd: at("cloudflare-d1"), env, stdio: "pipe" });
  const built = readdirSync(at("cloudflare-d1/dist")).filter((name) => /\.(js|wasm)$/.test(name));
  const modules = built.sort().reverse(); // the worker itself comes first
  miniflare = new Miniflare({
    modules: modules.map((path) => ({
      type: path.endsWith(".js") ? "ESModule" : "CompiledWasm",
      path,
      contents: readFileSync(at(`cloudflare-d1/dist/${path}`)),
    })),
    compatibilityDate: /"compatibility_date": "([\d-]+)"/.exec(textOf("cloudflare-d1/wrangler.jsonc"))?.[1],
    cf: false,
    d1Databases: ["DB"],
    bindings: {
      ENROL_KEY: newKey(),
      MAIL_TOKEN: "letmein",
      MAIL_URL: "https://mail.example.com/send",
      PUBLIC_URL: "https://example.com",
    },
    outboundService: take,
    handleRuntimeStdio: () => {}, // the audit trail
  });
});

after(() => miniflare?.dispose());

/** The mail provider. */
async function take(request: Request): Promise<Response> {
  assert.equal(request.url, "https://mail.example.com/send");
  assert.equal(request.headers.get("authorization"), "Bearer letmein");
  const mail = (await request.json()) as Mail;
  const id = request.headers.get("idempotency-key") ?? "";
  if (mail.to === down) {
    refused.push(id);
    return new Response(null, { status: 500 });
  }
  mails.push({ ...mail, id });
  return new Response(null, { status: 202 });
}

function post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  const all = { "content-type": "application/json", "cf-connecting-ip": "203.0.113.7", ...headers };
  return miniflare.dispatchFetch(`https://example.com/api${path}`, {
    method: "POST",
    headers: all,
    body: JSON.stringify(body),
  });
}

async function tokenFor(address: string): Promise<string> {
  const sent = () => mails.find(({ to }) => to === address);
  await until(() => sent() !== undefined);
  const text = sent()?.text ?? "";
  return /^https:\/\/example\.com\/confirm#([\w-]{32})$/m.exec(text)?.[1] ?? assert.fail(text);
}

/** Records in the database, by how their keys begin. */
async function records(prefix: string): Promise<Row[]> {
  const database = await miniflare.getD1Database("DB");
  const { results } = await database.prepare("SELECT key, data FROM enrol_kv ORDER BY key").all();
  return results.filter(({ key }) => key.startsWith(prefix));
}

test("a user signs up, gets a mail after the answer, and confirms", async () => {
  const answer = await post("/signup", ada);
  assert.deepEqual([answer.status, Object.keys((await answer.json()) as object)], [200, ["cid", "status"]]);
  const token = await tokenFor(ada.email);
  assert.equal((await records("mail/")).length, 0);

  assert.equal((await miniflare.dispatchFetch(`https://example.com/api/confirm?token=${token}`)).status, 405);
  assert.equal((await post("/confirm", { token, password: "another one" })).status, 400);
  assert.equal((await records("mail/")).length, 0);
  const confirmed = await post("/confirm", { token, password });
  assert.deepEqual([confirmed.status, Object.keys((await confirmed.json()) as object)], [200, ["cid", "status"]]);
  assert.equal((await records("mail/")).length, 1); // the account owns its address
  assert.match((await records("name/ada"))[0]?.data ?? "", /"final"/);
});

test("the cron trigger sends what could not be sent, under the same id", async () => {
  const bea = { username: "bea", password, email: "bea@example.com" };
  down = bea.email;
  assert.equal((await post("/signup", bea)).status, 200);
  await until(() => refused.length > 0);
  down = "";
  const worker = await miniflare.getWorker();
  const sent = () => mails.find(({ to }) => to === bea.email);
  for (const end = Date.now() + 30_000; sent() === undefined && Date.now() < end; ) {
    assert.equal((await worker.scheduled()).outcome, "ok");
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  assert.equal(sent()?.id, refused[0]);
  assert.equal((await post("/confirm", { token: await tokenFor(bea.email), password })).status, 200);
});

test("a refusal has its codes", async () => {
  const wrong = { username: "a b", password: "short", email: "nobody" };
  const answer = await post("/signup", wrong);
  assert.equal(answer.status, 422);
  const { sub_status } = (await answer.json()) as { sub_status: string[] };
  assert.deepEqual(sub_status, ["E001004", "E002001", "E003002"]);
});

test("a body that is not a JSON object, or too large, is refused", async () => {
  assert.equal((await post("/signup", "text")).status, 400);
  assert.equal((await post("/signup", { username: 7 })).status, 400);
  assert.equal((await post("/signup", { ...ada, more: "x".repeat(70_000) })).status, 413);
  assert.equal((await post("/elsewhere", ada)).status, 404);
});

test("a client with too many requests gets Retry-After, and other clients are served", async () => {
  let answer: Response;
  let asked = 0;
  do {
    answer = await post("/resend", { username: "nobody", email: "nobody@example.com" });
    asked += 1;
  } while (answer.status === 200 && asked < 40);
  assert.equal(answer.status, 429);
  assert.match(answer.headers.get("retry-after") ?? "", /^[1-9]\d*$/);
  const other = { "cf-connecting-ip": "203.0.113.8" };
  assert.equal((await post("/resend", { username: "nobody", email: "nobody@example.com" }, other)).status, 200);
});
