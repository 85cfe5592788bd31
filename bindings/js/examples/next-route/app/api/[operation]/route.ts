// The public routes: POST /api/signup, /api/validate, /api/confirm and /api/resend. There is no GET: mail scanners
// follow links.

import { handler } from "@enrol-sso/enrol/http";
import { engine } from "../../../lib/enrol.ts";

export const runtime = "nodejs"; // PostgreSQL is out of reach for the edge runtime

// The client address is the last one that a proxy wrote down: the proxy in front of this server. Without a proxy, Next.js
// passes the header on as the client wrote it, so that the address is unknown.
const isProxied = process.env.TRUSTED_PROXY === "1";
const handle = handler(engine, { clientAddress: isProxied ? { header: "x-forwarded-for" } : () => undefined });

export { handle as OPTIONS, handle as POST };
