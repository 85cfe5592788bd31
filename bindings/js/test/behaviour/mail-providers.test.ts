// The README's services that send mails with a provider: each against a provider on this machine.

import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { type MessagePayload, type Service, type ServiceContext, ServiceError } from "@enrol-sso/enrol";

const id = "01JZX5Q9W3T8R7M2K4N6P8S0VA";
const payload = {
  type: "user.message",
  timestamp: "2026-03-01T23:59:58.123Z",
  data: {
    kind: "confirm",
    to: "ada@example.org",
    username: "Ünal",
    token: "abcdefghijklmnopqrstuvwxyz012-_9",
    expires: "2026-03-02T09:05:00Z",
    from: "Büro <confirm@example.com>",
    cc: ["Copy <cc@example.com>", "cc2@example.com"],
    bcc: ["bcc@example.com"],
    site_name: "Example",
    current_app: "Billing",
    locale: "de",
  },
} as unknown as MessagePayload;
const context = { headers: { "webhook-id": id }, signal: new AbortController().signal } as unknown as ServiceContext;

interface Got {
  path: string;
  headers: IncomingHttpHeaders;
  body: Record<string, unknown>;
}
let status = 200;
const got: Got[] = [];
const provider = createServer(async (request, response) => {
  let text = "";
  for await (const part of request.setEncoding("utf8")) {
    text += part;
  }
  got.push({ path: request.url ?? "", headers: request.headers, body: JSON.parse(text) });
  response.writeHead(status).end("{}");
});
let services: Record<"resend" | "postmark" | "ses", Service>;

before(async () => {
  provider.listen(0, "127.0.0.1");
  await once(provider, "listening");
  const url = `http://127.0.0.1:${(provider.address() as AddressInfo).port}`;
  const build = new URL("../", import.meta.url);
  const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");
  const examples = [...readme.matchAll(/^```js\n([\s\S]*?)^```$/gm)].map(([, text = ""]) => text);
  const [example = assert.fail("there is no example")] = examples.filter((text) => text.includes("api.resend.com"));
  const folder = new URL("mail-providers/", build);
  mkdirSync(folder, { recursive: true });
  const sdk = `export class SendEmailCommand { constructor(input) { this.input = input; } }
export class SESv2Client {
  async send({ input }, { abortSignal }) {
    const answer = await fetch("${url}/ses", { method: "POST", body: JSON.stringify(input), signal: abortSignal });
    if (!answer.ok) throw new Error("SES refuses");
  }
}
`;
  writeFileSync(new URL("ses.mjs", folder), sdk);
  const local = example
    .replaceAll("https://api.resend.com", url)
    .replaceAll("https://api.postmarkapp.com", url)
    .replace('"@aws-sdk/client-sesv2"', '"./ses.mjs"');
  const file = new URL("services.mjs", folder);
  writeFileSync(file, local);
  Object.assign(process.env, { RESEND_API_KEY: "re_1", POSTMARK_TOKEN: "pm_1" });
  services = await import(pathToFileURL(file.pathname).href);
});

after(() => {
  provider.close();
});

/** What a provider gets for the message. */
async function sent(service: Service): Promise<Got> {
  got.length = 0;
  await service(payload, context);
  assert.equal(got.length, 1);
  return got[0] ?? assert.fail();
}

const link = "https://join.example.com/confirm?app=Billing&lang=de#abcdefghijklmnopqrstuvwxyz012-_9";

/** Asserts that both forms of the mail have the link. */
function hasLink(text: unknown, html: unknown): void {
  assert(String(text).includes(link));
  assert(String(html).includes(link.replace("&", "&amp;")));
}

test("Resend", async () => {
  const { path, headers, body } = await sent(services.resend);
  assert.equal(path, "/emails");
  assert.equal(headers.authorization, "Bearer re_1");
  assert.equal(headers["idempotency-key"], id);
  assert.equal(headers["content-type"], "application/json");
  assert.equal(body["from"], '"Büro" <confirm@example.com>');
  assert.equal(body["to"], "ada@example.org");
  assert.deepEqual(body["cc"], ['"Copy" <cc@example.com>', "cc2@example.com"]);
  assert.deepEqual(body["bcc"], ["bcc@example.com"]);
  hasLink(body["text"], body["html"]);
  assert.equal((body["headers"] as Record<string, string>)["Auto-Submitted"], "auto-generated");
});

test("Postmark", async () => {
  const { path, headers, body } = await sent(services.postmark);
  assert.equal(path, "/email");
  assert.equal(headers["x-postmark-server-token"], "pm_1");
  assert.equal(body["From"], '"Büro" <confirm@example.com>');
  assert.equal(body["Cc"], '"Copy" <cc@example.com>, cc2@example.com');
  assert.equal(body["Bcc"], "bcc@example.com");
  hasLink(body["TextBody"], body["HtmlBody"]);
  assert.deepEqual((body["Headers"] as unknown[])[0], { Name: "Auto-Submitted", Value: "auto-generated" });
});

test("Amazon SES", async () => {
  const { path, body } = await sent(services.ses);
  assert.equal(path, "/ses");
  assert.equal(body["FromEmailAddress"], '"Büro" <confirm@example.com>');
  assert.deepEqual(body["Destination"], {
    ToAddresses: ["ada@example.org"],
    CcAddresses: ['"Copy" <cc@example.com>', "cc2@example.com"],
    BccAddresses: ["bcc@example.com"],
  });
  interface Text {
    Data: string;
    Charset: string;
  }
  const { Simple } = body["Content"] as { Simple: { Subject: Text; Body: { Text: Text; Html: Text } } };
  assert.equal(Simple.Subject.Charset, "UTF-8");
  hasLink(Simple.Body.Text.Data, Simple.Body.Html.Data);
});

test("what a provider answers decides whether others wait", async () => {
  for (const [code, kind] of [
    [422, "refused"],
    [401, "down"],
    [429, "down"],
    [503, "down"],
  ] as const) {
    status = code;
    for (const service of [services.resend, services.postmark]) {
      await assert.rejects(
        async () => service(payload, context),
        (error) => error instanceof ServiceError && error.kind === kind,
      );
    }
  }
  status = 200;
});
