// A worker that serves the public routes, with an engine of the first request.

import type { Enrol } from "@enrol-sso/enrol";
import { handler } from "@enrol-sso/enrol/http";
import { engine } from "./routes.js";

let enrol: Promise<Enrol> | undefined;

function shared(): Promise<Enrol> {
  enrol ??= engine();
  return enrol;
}

export default {
  fetch: handler((_request: Request, _env: unknown, _context: unknown) => shared(), { limits: { resend: 1 } }),
};
