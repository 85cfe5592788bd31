// What an answer of the engine looks like over HTTP.

import { type Result, SignupError, type StatusCode } from "@enrol-sso/enrol";
import { catalogueFor, messagesFor } from "@enrol-sso/enrol/messages";

const STATUSES: Readonly<Record<string, number>> = {
  E008002: 400, // no form sends this
  E008003: 400,
  E008004: 500,
  E901001: 429,
  E901002: 503,
  E901003: 409,
};

/** Passes on nothing but the cid of what is ok: a confirm token goes out by mail alone. */
export function answered(request: Request, result: Result): Response {
  if (result.ok) {
    return Response.json({ cid: result.cid });
  }
  const response = refused(request, result.subStatus, result.cid);
  if (result.retryAfter !== undefined) {
    response.headers.set("retry-after", String(result.retryAfter));
  }
  return response;
}

/** Answers where no decision was made. */
export function failed(request: Request, error: unknown): Response {
  console.error(error); // holds no password and no token
  return error instanceof SignupError ? refused(request, [error.code], error.cid) : refused(request, ["E008004"]);
}

/** Answers with status codes, and with texts for them in the browser's language. */
export function refused(request: Request, subStatus: readonly [StatusCode, ...StatusCode[]], cid?: string): Response {
  const messages = messagesFor(subStatus, catalogueFor(request.headers.get("accept-language")));
  return Response.json({ cid, subStatus, messages }, { status: STATUSES[subStatus[0]] ?? 422 });
}
