// Verifies the signatures of calls of services over HTTP, by Standard Webhooks 1.0, for their
// receivers.

import { decodeBase64url } from "./base64url.js";
import { isObject, kindOf, need } from "./misuse.js";
import { serviceProblem } from "./service-name.js";
import type { ServicePayload } from "./services.js";

/** Why a call is not from Enrol, or too old. */
export type WebhookProblem = "missing header" | "wrong signature" | "too old" | "too new" | "wrong body";

/** The call cannot be trusted: answer it with status 400 and do nothing. */
export class WebhookError extends Error {
  override readonly name = "WebhookError";
  /** Why not. */
  readonly problem: WebhookProblem;

  constructor(problem: WebhookProblem, message: string) {
    super(`enrol: ${message}`);
    this.problem = problem;
  }
}

/**
 * The headers of a request: the Headers of fetch, Node's `headers` or
 * `headersDistinct`, or any object of names in upper or lower case. A list
 * counts if it has one value.
 */
export type WebhookHeaders =
  | { get(name: string): string | null }
  | Readonly<Record<string, string | readonly string[] | undefined>>;

/** The options of the verification. */
export interface VerifyWebhookOptions {
  /** How many seconds the timestamp may be off, either way; 300 if not given. */
  toleranceSeconds?: number | undefined;
  /** The time, in milliseconds since 1970; for tests. */
  now?: (() => number) | undefined;
}

/** A verified call. */
export interface Webhook {
  /** The id of the event, the same in each delivery: do nothing if you know it already. */
  readonly id: string;
  /** The payload. */
  readonly payload: ServicePayload;
}

const encoder = new TextEncoder();
const SCHEME = "whsec_";
const SECRET = /^whsec_[A-Za-z0-9+/]+={0,2}$/;

/**
 * Verifies a call with one secret or, during a rotation, several: from {@link webhookSecrets} or
 * `enrol webhook-secret`. Pass the body as received, before any parsing. Rejects with a {@link
 * WebhookError} if it cannot be trusted.
 *
 * It does not remember ids: an attacker can repeat an intercepted call within the tolerance, and
 * Enrol itself delivers at least once. Store `id` with your changes.
 */
export async function verifyWebhook(
  secrets: string | readonly string[],
  headers: WebhookHeaders,
  body: string | Uint8Array<ArrayBuffer>,
  { toleranceSeconds = 300, now = Date.now }: VerifyWebhookOptions = {},
): Promise<Webhook> {
  need(
    typeof body === "string" || ArrayBuffer.isView(body),
    `verifyWebhook needs the body as it was received, a text or bytes, not ${kindOf(body)}: ` +
      "take it before the framework parses it",
  );
  need(isObject(headers), `verifyWebhook needs the headers of the request, not ${kindOf(headers)}`);
  const keys = await Promise.all([secrets].flat().map(readSecret));
  if (keys.length === 0) {
    throw new TypeError("enrol: verifyWebhook needs a secret");
  }
  const id = header(headers, "webhook-id");
  const timestamp = header(headers, "webhook-timestamp");
  const signatures = header(headers, "webhook-signature").split(" ").flatMap(readSignature);
  const bytes = typeof body === "string" ? encoder.encode(body) : body;
  const signed = new Uint8Array(await new Blob([`${id}.${timestamp}.`, bytes]).arrayBuffer());
  let matches = false;
  for (const key of keys) {
    for (const signature of signatures) {
      matches = (await crypto.subtle.verify("HMAC", key, signature, signed)) || matches; // in constant time
    }
  }
  if (!matches) {
    throw new WebhookError("wrong signature", "the signature is not one of the secrets that were given");
  }
  const age = now() / 1000 - Number(timestamp);
  if (!(Math.abs(age) <= toleranceSeconds)) {
    const when = age > 0 ? "old" : "new";
    throw new WebhookError(`too ${when}`, `the timestamp is too ${when}: more than ${toleranceSeconds} seconds off`);
  }
  return { id, payload: readPayload(bytes) };
}

/**
 * The secrets with which the receiver of a service verifies signatures, newest first: the output of
 * `enrol webhook-secret`. `secretKey` is the option of createEnrol, and `service` the name or the
 * URL as the configuration spells it. Rejects with a TypeError if no configuration can name such a
 * service.
 */
export async function webhookSecrets(secretKey: string, service: string): Promise<string[]> {
  need(typeof secretKey === "string", `webhookSecrets: the secret key must be a text, not ${kindOf(secretKey)}`);
  const problem = serviceProblem(service);
  need(!problem, `webhookSecrets: the service ${problem}`);
  return Promise.all(secretKey.split(",").map((key) => webhookSecret(key, service)));
}

async function webhookSecret(key: string, service: string): Promise<string> {
  const encoded = /^[^:]+:([A-Za-z0-9_-]{43})$/.exec(key.trim())?.[1];
  if (encoded === undefined) {
    throw new TypeError("enrol: webhookSecrets needs a secret key like keyid:base64url(32 bytes)");
  }
  const material = await crypto.subtle.importKey("raw", decodeBase64url(encoded), "HKDF", false, ["deriveBits"]);
  const info = encoder.encode(`enrol webhook v1\0${service}`);
  const derivation = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(0), info };
  const bytes = new Uint8Array(await crypto.subtle.deriveBits(derivation, material, 256));
  return SCHEME + btoa(String.fromCharCode(...bytes));
}

async function readSecret(secret: string): Promise<CryptoKey> {
  need(typeof secret === "string", `a secret of a webhook must be a text, not ${kindOf(secret)}`);
  const bytes = SECRET.test(secret) ? decode(secret.slice(SCHEME.length)) : undefined;
  if (!bytes || bytes.length < 24 || bytes.length > 64) {
    throw new TypeError("enrol: a secret of a webhook is whsec_ and then 24 to 64 bytes in base64");
  }
  return crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, ["verify"]);
}

/** A signature of version 1; others are not for us. */
function readSignature(text: string): Uint8Array<ArrayBuffer>[] {
  const bytes = text.startsWith("v1,") ? decode(text.slice("v1,".length)) : undefined;
  return bytes ? [bytes] : [];
}

function decode(base64: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}

/** The one value of a header; two of the same name are as bad as none. */
function header(headers: WebhookHeaders, name: string): string {
  const values = typeof headers["get"] === "function" ? [headers["get"](name)] : valuesOf(headers, name);
  const [value, ...more] = values.filter((value) => typeof value === "string");
  if (!value || more.length > 0) {
    throw new WebhookError("missing header", `there is no single header ${name}`);
  }
  return value;
}

/** All values of a header in an object whose names may be in any case. */
function valuesOf(headers: object, name: string): (string | null | undefined)[] {
  return Object.entries(headers)
    .filter(([key]) => key.toLowerCase() === name)
    .flatMap(([, value]) => value);
}

function readPayload(bytes: Uint8Array<ArrayBuffer>): ServicePayload {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)) as ServicePayload;
  } catch {
    throw new WebhookError("wrong body", "the body is no JSON");
  }
}
