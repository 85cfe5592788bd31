// POST /api/confirm: activates the account of a token. There is no GET: mail
// scanners follow links.

import type { ConfirmRequest } from "@enrol-sso/enrol";
import { engine } from "../../../lib/enrol.ts";
import { handle, remoteAddrOf } from "../../../lib/http.ts";

export const runtime = "nodejs";

export async function POST(request: Request): Promise<Response> {
  return handle<ConfirmRequest>(request, async ({ confirmToken, password }) => {
    const enrol = await engine();
    return enrol.confirm({ confirmToken, password, remoteAddr: remoteAddrOf(request) });
  });
}
