// A Worker that signs people up: POST /signup, /confirm and /resend, and a cron
// trigger for what must be done later.

import {
  type CallOptions,
  type ConfirmRequest,
  createEnrol,
  type Enrol,
  type ResendRequest,
  type Result,
  type SignupRequest,
} from "@enrol-sso/enrol";
import { d1Store } from "@enrol-sso/enrol/stores/d1";
import { answered, failed } from "./answer";
import { BodyError, bodyOf } from "./body";
import { conf } from "./conf";
import { type MailEnv, mailer } from "./mail";

interface Env extends MailEnv {
  DB: D1Database;
  /** keyid:base64url(32 bytes), a secret. */
  ENROL_KEY: string;
}

/** One engine for all requests that this isolate gets. */
let enrol: Promise<Enrol> | undefined;

function engine(env: Env): Promise<Enrol> {
  enrol ??= createEnrol({
    conf,
    secretKey: env.ENROL_KEY,
    store: d1Store(env.DB),
    audit: (event) => console.log(JSON.stringify(event)), // Workers Logs or Logpush keep them
    services: { mail: mailer(env) },
  });
  return enrol;
}

type Operation = (enrol: Enrol, request: Request, options: CallOptions) => Promise<Result>;

const signup: Operation = async (enrol, request, options) => {
  const { username, password, email } = await bodyOf<SignupRequest>(request);
  const idempotencyKey = request.headers.get("idempotency-key") ?? undefined;
  const account = { username, password, email, appList: ["CRM"] };
  return enrol.signup({ ...account, idempotencyKey, remoteAddr: remoteAddrOf(request) }, options);
};

const confirm: Operation = async (enrol, request, options) => {
  const { confirmToken, password } = await bodyOf<ConfirmRequest>(request);
  return enrol.confirm({ confirmToken, password, remoteAddr: remoteAddrOf(request) }, options);
};

const resend: Operation = async (enrol, request, options) => {
  const { username, email } = await bodyOf<ResendRequest>(request);
  return enrol.resend({ username, email, remoteAddr: remoteAddrOf(request) }, options);
};

const operations = new Map([
  ["/signup", signup],
  ["/confirm", confirm],
  ["/resend", resend],
]);

export default {
  async fetch(request, env, ctx): Promise<Response> {
    const operation = operations.get(new URL(request.url).pathname);
    if (operation === undefined) {
      return new Response("not found\n", { status: 404 });
    }
    if (request.method !== "POST") {
      return new Response("a GET changes nothing\n", { status: 405, headers: { allow: "POST" } });
    }
    try {
      // What was committed is delivered after the answer, while waitUntil keeps the worker alive.
      const options = { waitUntil: (work: Promise<unknown>) => ctx.waitUntil(work) };
      return answered(request, await operation(await engine(env), request, options));
    } catch (error) {
      return error instanceof BodyError
        ? new Response(`${error.message}\n`, { status: error.status })
        : failed(request, error);
    }
  },

  /** Delivers what must be tried again, and removes what has expired. */
  async scheduled(_controller, env): Promise<void> {
    await (await engine(env)).upkeep();
  },
} satisfies ExportedHandler<Env>;

/** Cloudflare says who is at the other end, and lets nobody else say it. */
function remoteAddrOf(request: Request): string | undefined {
  return request.headers.get("cf-connecting-ip") ?? undefined;
}
