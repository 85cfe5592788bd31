// Verification of webhooks: signatures of the core are accepted, all others
// refused.

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { test } from "node:test";
import type { ServiceContext } from "@enrol-sso/enrol";
import { verifyWebhook, WebhookError, type WebhookProblem, webhookSecrets } from "@enrol-sso/enrol/webhook";
import { account, confWith, ok, SECRET_KEY, start, until } from "../fixture.js";

const NEW_KEY = `k2:${Buffer.alloc(32, 9).toString("base64url")}`;

/** What a service receives about a sign-up. */
async function sent(secretKey = SECRET_KEY): Promise<ServiceContext> {
  const calls: ServiceContext[] = [];
  const { enrol } = await start({
    secretKey,
    conf: confWith({ signup: "callback_service_list=crm" }),
    services: { crm: (_, context) => calls.push(context) },
  });
  await ok(enrol.signup({ ...account("ada"), displayName: "Ada 💐" }));
  await until(() => calls.length === 1);
  await enrol.close();
  return calls[0] as ServiceContext;
}

const problem = (expected: WebhookProblem) => (error: unknown) => {
  assert(error instanceof WebhookError);
  assert.equal(error.problem, expected);
  return true;
};

test("a signature of the core verifies, with headers of fetch or of Node", async () => {
  const { headers, body } = await sent();
  const secrets = await webhookSecrets(SECRET_KEY, "crm");
  assert.equal(secrets.length, 1);
  for (const given of [headers, new Headers(headers), { ...headers, "x-other": ["a", "b"] }]) {
    for (const form of [body, new Uint8Array(Buffer.from(body))]) {
      const { id, payload } = await verifyWebhook(secrets, given, form);
      assert.equal(id, headers["webhook-id"]);
      assert(payload.type === "user.signup");
      assert.equal(payload.data.display_name, "Ada 💐");
    }
  }
});

test("webhookSecrets returns the secrets that the command prints", async () => {
  // What enrol webhook-secret prints for this key and this service.
  const [secret] = await webhookSecrets(SECRET_KEY, "https://example.com/hook");
  assert.equal(secret, "whsec_fOUnB55iHrOuU5lz6QGzuNHrv6bJ84FG4X9EzFAhM7g=");
});

test("during a rotation the secrets of both keys verify", async () => {
  const { headers, body } = await sent(NEW_KEY);
  const secrets = await webhookSecrets(`${NEW_KEY},${SECRET_KEY}`, "crm");
  assert.equal(secrets.length, 2);
  await verifyWebhook(secrets, headers, body);
  await verifyWebhook(secrets.toReversed(), headers, body);
  await assert.rejects(verifyWebhook(secrets[1] ?? "", headers, body), problem("wrong signature"));
});

test("a changed id, time, body or signature is refused", async () => {
  const { headers, body } = await sent();
  const secrets = await webhookSecrets(SECRET_KEY, "crm");
  const other = await webhookSecrets(SECRET_KEY, "other");
  const signature = headers["webhook-signature"] ?? "";
  for (const [given, text, keys] of [
    [headers, body.replace("ada", "eve"), secrets],
    [headers, body, other],
    [{ ...headers, "webhook-id": "another" }, body, secrets],
    [{ ...headers, "webhook-timestamp": String(Number(headers["webhook-timestamp"]) + 1) }, body, secrets],
    [{ ...headers, "webhook-signature": `v2${signature.slice(2)}` }, body, secrets],
    [{ ...headers, "webhook-signature": "v1,not base64!" }, body, secrets],
    [{ ...headers, "webhook-signature": signature.slice(0, -8) }, body, secrets],
  ] as const) {
    await assert.rejects(verifyWebhook(keys, given, text), problem("wrong signature"));
  }
  await verifyWebhook(secrets, { ...headers, "webhook-signature": `v1,AAAA v2,x ${signature}` }, body);
});

test("a webhook is refused if it is too old or too new", async () => {
  const { headers, body } = await sent();
  const secrets = await webhookSecrets(SECRET_KEY, "crm");
  const at = Number(headers["webhook-timestamp"]) * 1000;
  const verify = (ms: number, toleranceSeconds?: number) =>
    verifyWebhook(secrets, headers, body, { now: () => at + ms, toleranceSeconds });
  await verify(300_000);
  await verify(-300_000);
  await verify(1_000, 1);
  await assert.rejects(verify(301_000), problem("too old"));
  await assert.rejects(verify(-301_000), problem("too new"));
  await assert.rejects(verify(2_000, 1), problem("too old"));
});

test("headers are found in upper and lower case, and in lists of one", async () => {
  const { headers, body } = await sent();
  const secrets = await webhookSecrets(SECRET_KEY, "crm");
  const renamed = (rename: (name: string) => string) =>
    Object.fromEntries(Object.entries(headers).map(([name, value]) => [rename(name), value]));
  const distinct = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]]));
  for (const given of [
    renamed((name) => name.toUpperCase()),
    renamed((name) => name.replace(/\b[a-z]/g, (letter) => letter.toUpperCase())), // Webhook-Id
    new Headers(renamed((name) => name.toUpperCase())),
    distinct,
    { ...distinct, get: "a header of this name" },
  ]) {
    assert.equal((await verifyWebhook(secrets, given, body)).id, headers["webhook-id"]);
  }
});

test("a header in two spellings counts as missing", async () => {
  const { headers, body } = await sent();
  const secrets = await webhookSecrets(SECRET_KEY, "crm");
  const twice = { ...headers, "Webhook-Id": "another" };
  await assert.rejects(verifyWebhook(secrets, twice, body), problem("missing header"));
});

test("a missing or repeated header is named", async () => {
  const { headers, body } = await sent();
  const secrets = await webhookSecrets(SECRET_KEY, "crm");
  for (const name of ["webhook-id", "webhook-timestamp", "webhook-signature"]) {
    for (const value of [undefined, "", ["a", "b"]]) {
      await assert.rejects(verifyWebhook(secrets, { ...headers, [name]: value }, body), (error: Error) => {
        assert(error.message.includes(name));
        return problem("missing header")(error);
      });
    }
  }
});

test("a signed body that is not JSON has its own reason", async () => {
  const secret = `whsec_${Buffer.alloc(32, 1).toString("base64")}`;
  const timestamp = String(Math.floor(Date.now() / 1000));
  const mac = createHmac("sha256", Buffer.alloc(32, 1)).update(`i.${timestamp}.{`).digest("base64");
  const headers = { "webhook-id": "i", "webhook-timestamp": timestamp, "webhook-signature": `v1,${mac}` };
  await assert.rejects(verifyWebhook(secret, headers, "{"), problem("wrong body"));
});

test("invalid secrets are TypeErrors that do not contain them", async () => {
  const { headers, body } = await sent();
  for (const wrong of ["", "whsec_", "whsec_!", "abcdef", SECRET_KEY, []]) {
    await assert.rejects(verifyWebhook(wrong, headers, body), { name: "TypeError", message: /^enrol: [a-z]/i });
  }
  for (const wrong of ["", "k1", "k1:short", `${SECRET_KEY}x`]) {
    await assert.rejects(webhookSecrets(wrong, "crm"), (error: Error) => {
      assert(error instanceof TypeError);
      assert(wrong === "" || !error.message.includes(wrong));
      return true;
    });
  }
});

test("a secret of a webhook has 24 to 64 bytes in base64", async () => {
  const { headers, body } = await sent();
  for (const [bytes, valid] of [
    [23, false],
    [24, true],
    [64, true],
    [65, false],
  ] as const) {
    const secret = `whsec_${Buffer.alloc(bytes, 7).toString("base64")}`;
    const verified = verifyWebhook(secret, headers, body);
    await assert.rejects(
      verified,
      valid ? problem("wrong signature") : { name: "TypeError", message: /24 to 64 bytes/ },
    );
  }
  const spaced = `whsec_${Buffer.alloc(24, 7).toString("base64").replace("B", " B")}`;
  await assert.rejects(verifyWebhook(spaced, headers, body), { name: "TypeError" });
});

test("webhookSecrets refuses what no configuration can name, and does not repeat it", async () => {
  for (const service of [
    "crm",
    "My SMTP",
    "zdroje.účtů",
    "https://example.com/hook?a=%20b",
    "http://127.0.0.1:8000/",
    "http://[::1]/",
    "http://callbacks.internal/", // as enrol.plain_http_hosts may list it
  ]) {
    assert.equal((await webhookSecrets(SECRET_KEY, service)).length, 1, service);
  }
  for (const [service, why] of [
    ["", "is empty"],
    [undefined, "is empty"],
    ["my\tcallback", "unprintable"],
    ["x".repeat(129), "128 bytes"],
    ["ftp://example.com/s3cret", "begin it with https://"],
    ["https://ada:s3cret@example.com/", "user"],
    ["https://", "host"],
    ["https://example.com:99999/s3cret", "host"],
    ["https://example.com/s3cret#part", "fragment"],
    ["https://example.com/s3cret part", "character"],
    ["https://example.com/s3cret%", "character"],
    [`https://example.com/${"x".repeat(2048)}`, "2048 bytes"],
  ] as const) {
    await assert.rejects(webhookSecrets(SECRET_KEY, service as string), (error: Error) => {
      assert(error instanceof TypeError);
      assert(
        error.message.startsWith("enrol: webhookSecrets: the service ") && error.message.includes(why),
        error.message,
      );
      return !error.message.includes("s3cret");
    });
  }
});
