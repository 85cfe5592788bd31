// POST /api/signup: creates an account that waits for its token.

import type { SignupRequest } from "@enrol-sso/enrol";
import { engine } from "../../../lib/enrol.ts";
import { handle, remoteAddrOf } from "../../../lib/http.ts";

export const runtime = "nodejs"; // PostgreSQL is out of reach for the edge runtime

export async function POST(request: Request): Promise<Response> {
  return handle<SignupRequest>(request, async ({ username, password, email }) => {
    const enrol = await engine();
    const idempotencyKey = request.headers.get("idempotency-key") ?? undefined;
    const account = { username, password, email, appList: ["CRM"] };
    return enrol.signup({ ...account, idempotencyKey, remoteAddr: remoteAddrOf(request) });
  });
}
