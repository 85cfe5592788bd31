// The app: three endpoints that change something, all of them POST, and pages.

import type { ConfirmRequest, Enrol, ResendRequest, SignupRequest } from "@enrol-sso/enrol";
import { getConnInfo } from "@hono/node-server/conninfo";
import { serveStatic } from "@hono/node-server/serve-static";
import { type Context, Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { HTTPException } from "hono/http-exception";
import { secureHeaders } from "hono/secure-headers";
import { answered, failed, refused } from "./answer.ts";

/** What the app works with. */
export interface AppOptions {
  enrol: Enrol;
  /** The rules that pages check by. */
  rules: string;
  /** Folders with pages; the first that has a file wins. */
  folders: readonly string[];
}

export function createApp({ enrol, rules, folders }: AppOptions): Hono {
  const app = new Hono();
  app.use(
    secureHeaders({
      contentSecurityPolicy: {
        defaultSrc: ["'self'"],
        scriptSrc: ["'self'", "'wasm-unsafe-eval'"], // the rules are a WebAssembly module
        frameAncestors: ["'none'"],
      },
    }),
  );
  app.use("/api/*", bodyLimit({ maxSize: 64 * 1024, onError: (c) => c.text("the body is too large\n", 413) }));

  app.post("/api/signup", async (c) => {
    const { username, password, email } = await bodyOf<SignupRequest>(c);
    const idempotencyKey = c.req.header("idempotency-key");
    const account = { username, password, email, appList: ["CRM"] };
    return answered(c, await enrol.signup({ ...account, idempotencyKey, remoteAddr: remoteAddrOf(c) }));
  });

  app.post("/api/confirm", async (c) => {
    const { confirmToken, password } = await bodyOf<ConfirmRequest>(c);
    return answered(c, await enrol.confirm({ confirmToken, password, remoteAddr: remoteAddrOf(c) }));
  });

  app.post("/api/resend", async (c) => {
    const { username, email } = await bodyOf<ResendRequest>(c);
    return answered(c, await enrol.resend({ username, email, remoteAddr: remoteAddrOf(c) }));
  });

  app.get("/rules.conf", (c) => c.text(rules));
  for (const root of folders) {
    app.use(serveStatic({ root, precompressed: true, onFound: keep, rewriteRequestPath: pageAt }));
  }
  app.onError((error, c) => (error instanceof HTTPException ? error.getResponse() : failed(c, error)));
  return app;
}

/** The file of a path: links in mails lead to /confirm and /signup. */
function pageAt(path: string): string {
  return { "/confirm": "/confirm.html", "/signup": "/index.html" }[path] ?? path;
}

/** Lets browsers keep what has its hash in its name, such as the module. */
function keep(path: string, c: Context): void {
  if (/[\\/]assets[\\/]/.test(path)) {
    c.header("cache-control", "public, max-age=31536000, immutable");
  }
}

/** The members of a body, which may have any type: the engine checks each that it is given. */
async function bodyOf<T>(c: Context): Promise<T> {
  // Pages elsewhere can have a browser send forms and plain text, but not this.
  if (!/^application\/json\b/i.test(c.req.header("content-type") ?? "")) {
    throw new HTTPException(415, { message: "the body must be application/json\n" });
  }
  const body: unknown = await c.req.json().catch(() => undefined);
  if (typeof body !== "object" || body === null) {
    throw new HTTPException(400, { res: refused(c, ["E008002"]) });
  }
  return body as T;
}

/** The other end of the connection. Behind a proxy of your own, take the header that it sets. */
function remoteAddrOf(c: Context): string | undefined {
  return getConnInfo(c).remote.address;
}
