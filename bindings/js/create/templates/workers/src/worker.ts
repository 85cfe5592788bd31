// The Worker: public routes of sign-ups, and a login. The pages in public are assets.

import { createEnrol, type Enrol } from "@enrol-sso/enrol";
import { clientAddressOf, handler } from "@enrol-sso/enrol/http";
import { d1Store } from "@enrol-sso/enrol/stores/d1";
import { conf } from "./conf";
import { login } from "./login";
import { mail } from "./mail";

interface Env {
  DB: Parameters<typeof d1Store>[0];
  ENROL_KEY: string;
  PUBLIC_URL: string;
}

/** One engine for all requests that this isolate gets. */
let enrol: Promise<Enrol> | undefined;

function engine(env: Env): Promise<Enrol> {
  enrol ??= createEnrol({
    conf,
    secretKey: env.ENROL_KEY,
    store: d1Store(env.DB),
    audit: (event) => console.log(JSON.stringify(event)), // Workers Logs or Logpush keep them
    services: { mail: mail(env.PUBLIC_URL) },
  });
  return enrol;
}

const handle = handler((_: Request, env: Env) => engine(env));
const addressOf = clientAddressOf();

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    if (request.method === "POST" && new URL(request.url).pathname === "/login") {
      return login(request, await engine(env), addressOf(request));
    }
    return handle(request, env);
  },
  async scheduled(_: unknown, env: Env): Promise<void> {
    await (await engine(env)).upkeep();
  },
};
