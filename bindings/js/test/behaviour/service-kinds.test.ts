// Services of one kind, and services that are called over HTTP with headers.

import assert from "node:assert/strict";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, test } from "node:test";
import type { MessagePayload, SignupPayload, StatusCode } from "@enrol-sso/enrol";
import {
  callbackService,
  httpService,
  messageService,
  type Validation,
  validationService,
} from "@enrol-sso/enrol/services";
import { verifyWebhook, webhookSecrets } from "@enrol-sso/enrol/webhook";
import { account, confWith, ok, refused, SECRET_KEY, start, until } from "../fixture.js";

let url = "";
let answer = "";
const received: { headers: IncomingHttpHeaders; body: string }[] = [];
const server = createServer(async (request, response) => {
  let body = "";
  for await (const chunk of request) {
    body += chunk;
  }
  received.push({ headers: request.headers, body });
  response.end(answer);
});

before(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
});

after(() => {
  server.close();
  server.closeAllConnections();
});

test("each kind is called with its data", async () => {
  const messages: MessagePayload["data"][] = [];
  const accounts: SignupPayload["data"][] = [];
  const { enrol } = await start({
    conf: confWith({ main: "email_service=mail", signup: "callback_service_list=crm", validation: "service=age" }),
    services: {
      mail: messageService((message) => messages.push(message)),
      crm: callbackService((signedUp) => accounts.push(signedUp)),
      age: validationService(({ password }) => password.length > 0),
    },
  });
  const { confirmToken } = await ok(enrol.signup(account("ada")));
  await until(() => messages.length === 1 && accounts.length === 1);
  assert.equal(messages[0]?.token, confirmToken.reveal());
  assert.equal(accounts[0]?.username, "ada");
  await enrol.close();
});

test("the answer of a validation service decides", async () => {
  let decision: Validation = true;
  const { enrol } = await start({
    conf: confWith({ validation: "service=age" }),
    services: { age: validationService(async () => decision) },
  });
  for (const [answered, code] of [
    [false, "E005001"],
    ["E001001", "E001001"],
    [["E777001", "E777002"], "E777001"],
  ] as [Validation, StatusCode][]) {
    decision = answered;
    await refused(enrol.signup(account("ada")), code);
  }
  decision = "nonsense";
  await assert.rejects(enrol.signup(account("ada")), { code: "E901002" });
  decision = [];
  await ok(enrol.signup(account("ada")));
  await enrol.close();
});

test("a service that the configuration names for something else fails", async () => {
  const { enrol } = await start({
    conf: confWith({ validation: "service=mail" }),
    services: { mail: messageService(() => assert.fail("it is not called")) },
  });
  await assert.rejects(enrol.signup(account("ada")), {
    code: "E901002",
    fault: /a service for user\.message was called with user\.validate/,
  });
  await enrol.close();
});

test("an HTTP service sends its headers, and a signature for its name", async () => {
  answer = '{"is_valid":false,"sub_status":"E001001"}';
  const { enrol } = await start({
    conf: confWith({ validation: "service=age" }),
    services: { age: httpService(url, { headers: { authorization: "Bearer x", "webhook-id": "mine" } }) },
  });
  await refused(enrol.signup(account("ada")), "E001001");
  const { headers, body } = received.at(-1) as (typeof received)[0];
  assert.equal(headers.authorization, "Bearer x");
  assert.notEqual(headers["webhook-id"], "mine");
  await verifyWebhook(await webhookSecrets(SECRET_KEY, "age"), headers, body);
  answer = "no JSON";
  await assert.rejects(enrol.signup(account("ada")), { code: "E901002" });
  answer = '{"is_valid":true}';
  await ok(enrol.signup(account("ada")));
  await enrol.close();
});

test("an empty answer of an HTTP service is a success for events", async () => {
  answer = "";
  const { enrol } = await start({
    conf: confWith({ signup: "callback_service_list=crm" }),
    services: { crm: httpService(new URL(url)) },
  });
  const before = received.length;
  await ok(enrol.signup(account("ada")));
  await until(() => received.length === before + 1);
  await enrol.close();
});

test("an HTTP service uses plain http only to this machine", () => {
  for (const wrong of ["http://example.com", "ftp://127.0.0.1", "nowhere", "http://127.0.0.1.example.com"]) {
    assert.throws(() => httpService(wrong), TypeError);
  }
  for (const right of ["https://example.com", "http://localhost:8080", "http://[::1]:8080"]) {
    httpService(right);
  }
});
