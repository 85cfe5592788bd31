// The public routes: POST /api/signup, /api/validate, /api/confirm and /api/resend.

import type { Awaitable } from "../awaitable.js";
import { tell } from "../background.js";
import type { CallOptions, WaitUntil } from "../call.js";
import type { Enrol } from "../enrol.js";
import { ConfigError, INTERNAL_ERROR, INVALID_INPUT, SignupError } from "../errors.js";
import { isObject, need, needKnown } from "../misuse.js";
import type { PublicSettings } from "../public-settings.js";
import type { Result } from "../result.js";
import type { Address } from "./address.js";
import { type Answer, answerOf, refuse, undecided } from "./answer.js";
import { addressFinder, type ClientAddress } from "./client-address.js";
import { allowRequests, headersOf } from "./headers.js";
import { Counts, DEFAULT_LIMITS, type Limits, limitOf, type PublicOperation } from "./limits.js";
import { MEMBERS, memberOf } from "./members.js";
import { isCrossOrigin, wrongOrigin } from "./origins.js";
import { ownKey } from "./own-key.js";
import { readMembers } from "./posted.js";
import { isRepeated, isWrittenByProxy } from "./sent.js";

/** What {@link handler} takes besides an engine. */
export interface HandlerOptions {
  /** The path below which the routes are; `/api` if not given. */
  basePath?: string | undefined;
  /** Where the client address is; `"connection"` if not given. */
  clientAddress?: ClientAddress | undefined;
  /**
   * Origins whose scripts may call the routes, such as `https://app.example.com`, in addition to those of
   * `enrol.public_origins`. They send no cookies.
   */
  origins?: readonly string[] | undefined;
  /** How many requests one client may make; `false` for no limits. They are on by default. */
  limits?: Limits | false | undefined;
  /** Called with each Error for which there was no decision; writes its message to the console if not given. */
  onFault?: ((error: Error) => void) | undefined;
}

/** An engine, or a function that gets it, for programs that make it in the first request. */
export type EnrolSource<Context extends readonly unknown[]> =
  | Enrol
  | ((request: Request, ...context: Context) => Awaitable<Enrol>);

/** Answers a request. Further arguments are those that the runtime or the framework passes. */
export type Handler<Context extends readonly unknown[] = readonly unknown[]> = (
  request: Request,
  ...context: Context
) => Promise<Response>;

const NAMES: Record<keyof HandlerOptions, true> = {
  basePath: true,
  clientAddress: true,
  origins: true,
  limits: true,
  onFault: true,
};

/** The counts of each engine: several handlers of one engine count together. */
const counted = new WeakMap<Enrol, Counts>();

/**
 * Returns a function that serves the public JSON routes of an engine: signup, validate, confirm and resend, with the
 * same paths, bodies and statuses as `enrol serve --public`. No answer has a token, or tells who has an account.
 *
 * Throws a TypeError if an option is invalid, and a ConfigError if the configuration of an engine that is ready would
 * tell who has an account. If the engine becomes ready later, all requests are answered 503 then.
 */
export function handler<Context extends readonly unknown[] = readonly unknown[]>(
  enrol: EnrolSource<Context>,
  options: HandlerOptions = {},
): Handler<Context> {
  const front = new Front(options);
  need(typeof enrol === "function" || isObject(enrol), "handler needs an engine, or a function that returns it");
  if (typeof enrol !== "function" && enrol.publicSettings) {
    front.check(enrol.publicSettings);
  }
  return (request, ...context) =>
    front.serve(request, context, () => (typeof enrol === "function" ? enrol(request, ...context) : enrol));
}

/** One request, and what is known of it. */
interface Call {
  enrol: Enrol;
  settings: PublicSettings;
  request: Request;
  operation: PublicOperation;
  address: Address | undefined;
  context: readonly unknown[];
}

/** Serves requests with the options of a handler. */
class Front {
  readonly #base: string;
  readonly #origins: readonly string[];
  readonly #limits: Limits;
  readonly #find: ReturnType<typeof addressFinder>;
  readonly #onFault: (error: Error) => void;
  readonly #isConnection: boolean;
  readonly #told = new Set<string>();

  constructor(options: HandlerOptions) {
    need(isObject(options), "the options of handler must be an object");
    needKnown(options, NAMES);
    const { basePath = "/api", clientAddress, origins = [], limits = {}, onFault = report } = options;
    need(
      typeof basePath === "string" && /^(\/[^/?#]+)*$/.test(basePath),
      'basePath must be a path such as "/api", without a slash at its end',
    );
    need(Array.isArray(origins), "origins must be a list");
    for (const origin of origins) {
      const wrong = wrongOrigin(String(origin));
      need(wrong === undefined, `origins: ${wrong}`);
    }
    need(limits === false || isObject(limits), "limits must be an object, or false");
    need(typeof onFault === "function", "onFault must be a function");
    this.#base = `${basePath}/`;
    this.#origins = origins;
    this.#limits = checkLimits(limits);
    this.#find = addressFinder(clientAddress);
    this.#isConnection = clientAddress === undefined || clientAddress === "connection";
    this.#onFault = onFault;
  }

  /** Throws if the engine must not be served. */
  check({ refused, origins }: PublicSettings): void {
    const wrong = origins.map(wrongOrigin).filter((text) => text !== undefined);
    const messages = [...refused, ...wrong.map((text) => `enrol.public_origins: ${text}`)];
    if (messages.length > 0) {
      throw new ConfigError(
        messages.map((message) => ({ line: 0, column: 0, message: `the handler of public routes: ${message}` })),
      );
    }
  }

  async serve(request: Request, context: readonly unknown[], source: () => Awaitable<Enrol>): Promise<Response> {
    let settings: PublicSettings | undefined;
    let answer: Answer | undefined;
    try {
      const enrol = await source();
      await enrol.ready();
      settings = enrol.publicSettings;
      if (!settings) {
        throw new TypeError("enrol: the module is older than the package: use the signup.wasm of this version");
      }
      this.check(settings);
      if (request.method !== "OPTIONS") {
        answer = await this.#answer(enrol, settings, request, context);
      }
    } catch (error) {
      tell(this.#onFault, error, "a request of a public route failed");
      answer = request.method === "OPTIONS" ? undefined : failed(error);
    }
    return this.#send(request, settings, answer);
  }

  async #answer(
    enrol: Enrol,
    settings: PublicSettings,
    request: Request,
    context: readonly unknown[],
  ): Promise<Answer> {
    const { pathname } = new URL(request.url);
    const operation = pathname.startsWith(this.#base) ? pathname.slice(this.#base.length) : "";
    if (!isOperation(operation)) {
      return refuse(404, "E008001", "unknown path");
    }
    if (request.method !== "POST") {
      return refuse(405, "E008001", "the method must be POST");
    }
    if (isCrossOrigin(request) && this.#shared(request, settings) === undefined) {
      return refuse(403, "E005001", "this origin is not in enrol.public_origins");
    }
    const address = this.#find(request, context);
    if (address === false) {
      return refuse(400, INVALID_INPUT, "the proxy did not send the client address");
    }
    if (address === undefined) {
      this.#warn("the client address is unknown, so that all clients share one limit: set the option clientAddress");
    } else if (this.#isConnection && isWrittenByProxy(request)) {
      this.#warn(
        "requests have X-Forwarded-For or Forwarded, but the client address is the other end of the connection: " +
          "if a proxy of yours writes the header, set the option clientAddress, or all its clients share one limit",
      );
    }
    return this.#run({ enrol, settings, request, operation, address, context });
  }

  async #run(call: Call): Promise<Answer> {
    const { enrol, settings, request, operation, address, context } = call;
    const body = await bodyOf(request, operation);
    if ("status" in body) {
      return body;
    }
    const { app: given, ...members } = body.members;
    if (given !== undefined && given !== null && typeof given !== "string") {
      return refuse(400, INVALID_INPUT, "must be a string", "app");
    }
    const app = given || settings.app;
    const wait = this.#take(call, app);
    if (wait > 0) {
      const { status, body } = refuse(429, "E901001");
      return { status, body: { ...body, retry_after: wait } };
    }
    const asked: Record<string, unknown> = { currentApp: app };
    for (const [name, value] of Object.entries(members)) {
      asked[MEMBERS[operation][name] as string] = value;
    }
    if (operation === "signup") {
      asked["appList"] ??= [app];
    }
    if ("idempotency_key" in MEMBERS[operation]) {
      const { idempotencyKey = null, ...content } = asked;
      const header = request.headers.get("idempotency-key");
      const isOne = header !== null && !isRepeated("idempotency-key", context);
      const key = idempotencyKey ?? (isOne ? inUTF8(header) : header === null ? undefined : null);
      if (key === null) {
        return refuse(400, INVALID_INPUT, "the header Idempotency-Key must occur once, in UTF-8", "idempotency_key");
      }
      asked["idempotencyKey"] = await ownKey(key, content);
    }
    asked["remoteAddr"] = address?.text;
    // The engine checks the type of each value.
    const result = await (enrol[operation] as (asked: object, options: CallOptions) => Promise<Result>)(
      asked,
      optionsOf(context),
    );
    return answerOf(operation, result, (field) => memberOf(operation, field));
  }

  /** Counts a request. Applications that do not exist count together: callers can make up as many as they want. */
  #take({ enrol, settings, operation, address }: Call, app: string): number {
    let counts = counted.get(enrol);
    if (!counts) {
      counts = new Counts();
      counted.set(enrol, counts);
    }
    const known = settings.apps.includes(app) ? app : "";
    return counts.take(operation, known, address, limitOf(operation, this.#limits, settings));
  }

  /** The origin of a request, if its scripts may read the answer. */
  #shared(request: Request, settings: PublicSettings | undefined): string | undefined {
    const origin = request.headers.get("origin");
    const listed = [...this.#origins, ...(settings?.origins ?? [])];
    return origin !== null && listed.includes(origin) ? origin : undefined;
  }

  #send(request: Request, settings: PublicSettings | undefined, answer: Answer | undefined): Response {
    const origin = this.#shared(request, settings);
    const isSecure = request.url.startsWith("https:") || settings?.url?.startsWith("https:") === true;
    const headers = headersOf({ isSecure, origin });
    if (answer === undefined) {
      if (origin !== undefined) {
        allowRequests(headers);
      }
      return new Response(null, { status: 204, headers });
    }
    const { status, body } = answer;
    headers.set("content-type", "application/json");
    if (status === 405) {
      headers.set("allow", "OPTIONS, POST");
    }
    const wait = body.retry_after ?? (status === 503 ? 1 : undefined);
    if (wait !== undefined) {
      headers.set("retry-after", String(wait));
    }
    return new Response(request.method === "HEAD" ? null : `${JSON.stringify(body)}\n`, { status, headers });
  }

  /** Tells the operator once. */
  #warn(message: string): void {
    if (!this.#told.has(message)) {
      this.#told.add(message);
      tell(this.#onFault, new Error(message), message);
    }
  }
}

/** The options of a call: what keeps a worker alive during deliveries, if the runtime passes it to the handler. */
function optionsOf(context: readonly unknown[]): CallOptions {
  for (const each of context) {
    if (isObject(each) && typeof (each as { waitUntil?: unknown }).waitUntil === "function") {
      const worker = each as { waitUntil: WaitUntil };
      return { waitUntil: (work) => worker.waitUntil(work) };
    }
  }
  return {};
}

function isOperation(name: string): name is PublicOperation {
  return Object.hasOwn(MEMBERS, name);
}

/** The members of a body, or why it is refused. */
async function bodyOf(
  request: Request,
  operation: PublicOperation,
): Promise<Answer | { members: Record<string, unknown> }> {
  const read = await readMembers(request);
  if ("status" in read) {
    return read;
  }
  for (const name of Object.keys(read.members).sort()) {
    if (name !== "app" && !Object.hasOwn(MEMBERS[operation], name)) {
      return refuse(400, INVALID_INPUT, "is not a known field", name);
    }
  }
  return read;
}

/** The text of a header that has bytes of UTF-8, each of which is a character here; null for other bytes. */
function inUTF8(header: string): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(
      Uint8Array.from(header, (byte) => byte.charCodeAt(0)),
    );
  } catch {
    return null;
  }
}

/** Answers where there was no decision. */
function failed(error: unknown): Answer {
  if (error instanceof ConfigError) {
    return refuse(503, "E901002", "the configuration of the server must be corrected");
  }
  // Another copy of the package may have made the engine.
  const { name, code, cid } = error as Partial<SignupError>;
  return error instanceof SignupError || name === "SignupError"
    ? undecided(code as string, cid)
    : undecided(INTERNAL_ERROR);
}

function checkLimits(limits: Limits | false): Limits {
  if (limits === false) {
    return { signup: false, confirm: false, resend: false, validate: false };
  }
  needKnown(limits, DEFAULT_LIMITS);
  for (const [name, limit] of Object.entries(limits)) {
    need(
      limit === undefined || limit === false || (Number.isInteger(limit) && limit > 0),
      `limits.${name} must be a whole number from 1, or false`,
    );
  }
  return limits;
}

/** Tells an operator who has not said how. */
export function report(error: Error): void {
  // biome-ignore lint/suspicious/noConsole: where nobody else listens
  console.error(`enrol: ${error.message}`);
}
