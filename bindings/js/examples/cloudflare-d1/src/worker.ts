// A Worker that signs people up: POST /api/signup, /api/validate, /api/confirm and /api/resend, and a cron trigger
// for what must be done later.

import { createEnrol, type Enrol } from "@enrol-sso/enrol";
import { handler } from "@enrol-sso/enrol/http";
import { d1Store } from "@enrol-sso/enrol/stores/d1";
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

export default {
  // What was committed is delivered after the answer, while waitUntil keeps the worker alive.
  fetch: handler((_request: Request, env: Env, _ctx: ExecutionContext) => engine(env)),

  /** Delivers what must be tried again, and removes what has expired. */
  async scheduled(_controller, env): Promise<void> {
    await (await engine(env)).upkeep();
  },
} satisfies ExportedHandler<Env>;
