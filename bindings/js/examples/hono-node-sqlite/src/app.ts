// The app: the public routes, and pages.

import { fileURLToPath } from "node:url";
import type { Enrol } from "@enrol-sso/enrol";
import { handler } from "@enrol-sso/enrol/http";
import { serveStatic } from "@hono/node-server/serve-static";
import { type Context, Hono } from "hono";
import { secureHeaders } from "hono/secure-headers";

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

  // The client address is the other end of the connection, which c.env has. Behind a proxy of your own, say so with
  // the option clientAddress.
  const handle = handler(enrol);
  app.all("/api/*", (c) => handle(c.req.raw, c.env));

  app.get("/rules.conf", (c) => c.text(rules));
  // The client of the routes, for pages that no bundler builds.
  const dist = fileURLToPath(new URL("../", import.meta.resolve("@enrol-sso/enrol/client")));
  app.use("/enrol/*", serveStatic({ root: dist, rewriteRequestPath: (path) => path.replace(/^\/enrol/, "") }));
  for (const root of folders) {
    app.use(serveStatic({ root, precompressed: true, onFound: keep, rewriteRequestPath: pageAt }));
  }
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
