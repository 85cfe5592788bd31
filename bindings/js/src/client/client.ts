// The client of the public routes.

import { type Reason, reasonsOf } from "../reason.js";
import type { Strength } from "../responses.js";
import type { StatusCode } from "../result.js";
import { Attempts } from "./attempt.js";
import {
  type ClientConfirm,
  type ClientResend,
  type ClientSignup,
  type ClientValidate,
  fromJSON,
  inJSON,
} from "./requests.js";

/** What {@link createClient} takes. */
export interface ClientOptions {
  /** Where the routes are; `/api` of this origin if not given. */
  url?: string | undefined;
  /** The application of requests that name none; the server's default if not given. */
  app?: string | undefined;
  /** Milliseconds that a request may take; 30,000 if not given. */
  timeoutMs?: number | undefined;
  /** Sends the requests; the platform's `fetch` if not given. */
  fetch?: ((url: string, init: RequestInit) => Promise<Response>) | undefined;
}

/** The server did what was asked. */
export interface ClientAccepted {
  /** The server did what was asked. */
  readonly ok: true;
  /** The correlation id, under which the audit trail has the request. */
  readonly cid: string;
}

/** The server refused, or there was no answer. */
export interface ClientRefused {
  /** Nothing was done. With E901002 and E008004, that is unknown: ask again. */
  readonly ok: false;
  /** The correlation id; absent if there was no answer of the server. */
  readonly cid?: string;
  /** The reasons: at least one code. E901002 if the server cannot be reached. */
  readonly subStatus: readonly [StatusCode, ...StatusCode[]];
  /** The same reasons as words, in the same order: "username_has_spaces" for E001004. */
  readonly reasons: readonly [Reason, ...Reason[]];
  /** The member of the request that was wrong, with E008002 and E008003. */
  readonly field?: string;
  /** What was wrong with it, for the programmer. */
  readonly message?: string;
  /** The number of seconds after which to try again, with E901001. */
  readonly retryAfter?: number;
}

/** The answer to a request. It is never a token. */
export type ClientResult = ClientAccepted | ClientRefused;

/** The answer of validate. */
export type ClientValidateResult = ClientResult & {
  /** Rates the password, whether it is accepted or not; absent if the request has none. */
  readonly strength?: Strength;
};

/** Calls the public routes. Each method resolves to an answer, also if the server cannot be reached. */
export interface Client {
  /** Asks for an account. A message with a token goes to the address. */
  signup(request: ClientSignup): Promise<ClientResult>;
  /** Asks whether fields pass the rules, without signing up. */
  validate(request: ClientValidate): Promise<ClientValidateResult>;
  /** Activates the account of a token. */
  confirm(request: ClientConfirm): Promise<ClientResult>;
  /** Asks for another message. The answer does not reveal whether there is an account. */
  resend(request: ClientResend): Promise<ClientResult>;
}

const UNAVAILABLE: StatusCode = "E901002";
const BUG: StatusCode = "E008004";

/** What the routes answer. */
interface Answered {
  cid: string;
  status: string;
  sub_status?: [StatusCode, ...StatusCode[]];
  field?: string;
  message?: string;
  retry_after?: number;
  strength?: Strength;
}

/**
 * Makes a client of the routes of `@enrol-sso/enrol/http`, or of `enrol serve --public`. A signup or a confirm that got
 * no answer is repeated once, with the same idempotency key; so is the same request when somebody asks again.
 */
export function createClient(options: ClientOptions = {}): Client {
  const { url = "/api", app, timeoutMs = 30_000, fetch: send = (to, init) => fetch(to, init) } = options;
  const attempts = new Attempts();

  const once = async (path: string, body: string, key: string | undefined): Promise<ClientResult | undefined> => {
    try {
      const response = await send(`${url}/${path}`, {
        method: "POST",
        headers: { "content-type": "application/json", ...(key === undefined ? {} : { "idempotency-key": key }) },
        body,
        credentials: "omit",
        signal: AbortSignal.timeout(timeoutMs),
      });
      return resultOf((await response.json()) as Answered);
    } catch {
      return undefined; // no server, or something in between that answers for it
    }
  };

  const call = async (path: string, request: object, repeats: boolean): Promise<ClientResult> => {
    const members = Object.entries({ app, ...request }).map(([name, value]) => [inJSON(name), value]);
    const body = JSON.stringify(Object.fromEntries(members));
    const key = repeats ? attempts.keyFor(path, body) : undefined;
    const result = (await once(path, body, key)) ?? (repeats ? await once(path, body, key) : undefined);
    const unknown = result === undefined || (!result.ok && [UNAVAILABLE, BUG].includes(result.subStatus[0]));
    if (repeats && !unknown) {
      attempts.decided(path);
    }
    return result ?? { ok: false, subStatus: [UNAVAILABLE], reasons: reasonsOf([UNAVAILABLE]) };
  };

  return {
    signup: (request) => call("signup", request, true),
    validate: (request) => call("validate", request, false),
    confirm: (request) => call("confirm", request, true),
    resend: (request) => call("resend", request, false),
  };
}

/** Reads an answer. Throws if it is not one of the routes. */
function resultOf({ cid, status, sub_status, field, message, retry_after, strength }: Answered): ClientResult {
  const rated = strength && { strength };
  if (status === "ok") {
    return { ok: true, cid, ...rated };
  }
  if (!sub_status?.[0]) {
    throw new TypeError("enrol: not an answer of the routes");
  }
  return {
    ok: false,
    cid,
    subStatus: sub_status,
    reasons: reasonsOf(sub_status),
    ...(field && { field: fromJSON(field) }),
    ...(message && { message }),
    ...(retry_after && { retryAfter: retry_after }),
    ...rated,
  };
}
