// Services that are URLs, called on a server that checks the requests.

import assert from "node:assert/strict";
import { createHmac, hkdfSync } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, test } from "node:test";
import { account, confWith, ok, refused, SECRET, start, until } from "../fixture.js";

interface Received {
  path: string | undefined;
  headers: IncomingMessage["headers"];
  body: string;
}

let base = "";
let received: Received[] = [];
const server = createServer(async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) {
    chunks.push(chunk);
  }
  received.push({ path: request.url, headers: request.headers, body: Buffer.concat(chunks).toString() });
  reply(request.url ?? "", response);
});

function reply(path: string, response: ServerResponse): void {
  switch (path) {
    case "/valid":
      response.end('{"is_valid":true}');
      break;
    case "/refused":
      response.end('{"is_valid":false,"sub_status":["E001001"]}');
      break;
    case "/empty":
      response.writeHead(204).end();
      break;
    case "/moved":
      response.writeHead(307, { location: "/valid" }).end('{"is_valid":true}');
      break;
    case "/broken":
      response.writeHead(500).end('{"is_valid":true}');
      break;
    case "/large":
      response.end(`{"is_valid":true,"x":"${"x".repeat(65 << 10)}"}`);
      break;
    case "/latin":
      response.end(Buffer.from([0x7b, 0xff, 0x7d]));
      break;
    default:
      response.destroy();
  }
}

before(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

after(() => {
  server.close();
  server.closeAllConnections();
});

/** Checks a request as a receiver does, by Standard Webhooks 1.0. */
function verify({ headers, body }: Received, service: string): void {
  const key = Buffer.from(hkdfSync("sha256", SECRET, "", `enrol webhook v1\0${service}`, 32));
  const signed = `${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${body}`;
  const signature = createHmac("sha256", key).update(signed).digest("base64");
  assert.equal(headers["webhook-signature"], `v1,${signature}`);
  assert(Math.abs(Date.now() / 1000 - Number(headers["webhook-timestamp"])) < 60);
  assert.equal(headers["content-type"], "application/json");
}

test("a validation service over HTTP decides, and can verify the signature", async () => {
  received = [];
  const valid = await start({ conf: confWith({ validation: `service=${base}/valid` }) });
  await ok(valid.enrol.signup({ ...account("ada"), displayName: "Ada Lovelace, née Byron 💐" }));
  assert.equal(received.length, 1);
  verify(received[0] as Received, `${base}/valid`);
  assert.equal(JSON.parse(received[0]?.body ?? "").data.display_name, "Ada Lovelace, née Byron 💐");

  const refusing = await start({ conf: confWith({ validation: `service=${base}/refused` }) });
  await refused(refusing.enrol.signup(account("ada")), "E001001");
});

test("a callback service gets the event", async () => {
  received = [];
  const { enrol } = await start({ conf: confWith({ signup: `callback_service_list=${base}/empty` }) });
  await ok(enrol.signup(account("ada")));
  await until(() => received.length === 1);
  verify(received[0] as Received, `${base}/empty`);
  assert.equal(JSON.parse(received[0]?.body ?? "").type, "user.signup");
  await enrol.close();
  assert.equal(received.length, 1);
});

for (const [path, why] of [
  ["/moved", /HTTP status 307/],
  ["/broken", /HTTP status 500/],
  ["/large", /more than 64 KiB/],
  ["/latin", /not valid/],
  ["/cut", /cannot be reached/],
] as const) {
  test(`the answer of ${path} is a failure`, async () => {
    received = [];
    const { enrol } = await start({ conf: confWith({ validation: `service=${base}${path}` }) });
    await assert.rejects(enrol.signup(account("ada")), { code: "E901002", fault: why });
    assert(!received.some((request) => request.path === "/valid"), "no redirect is followed");
  });
}
