// The Worker: public routes of sign-ups, and a login. The pages in public are assets.

import { createEnrol, type Enrol } from "@enrol-sso/enrol";
import { handler, readPosted } from "@enrol-sso/enrol/http";
import { d1Store } from "@enrol-sso/enrol/stores/d1";
import { conf } from "./conf";
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

async function login(request: Request, env: Env): Promise<Response> {
  const { members, refusal } = await readPosted(request);
  if (refusal) {
    return refusal;
  }
  const { username, password } = members;
  if (typeof username !== "string" || typeof password !== "string") {
    return Response.json({ sub_status: ["E008002"] }, { status: 400 });
  }
  const remoteAddr = request.headers.get("cf-connecting-ip") ?? undefined;
  const answer = await (await engine(env)).verify({ username, password, remoteAddr });
  // Start your session here.
  return answer.ok
    ? Response.json({ username: answer.user.username })
    : Response.json({ sub_status: answer.subStatus }, { status: 401 });
}

export default {
  fetch(request: Request, env: Env): Promise<Response> {
    const { pathname } = new URL(request.url);
    return pathname === "/login" && request.method === "POST" ? login(request, env) : handle(request, env);
  },
  async scheduled(_: unknown, env: Env): Promise<void> {
    await (await engine(env)).upkeep();
  },
};
