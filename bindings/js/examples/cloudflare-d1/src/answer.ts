// What an answer of the engine looks like over HTTP.

import { type Result, SignupError, type StatusCode } from "@enrol-sso/enrol";
import { catalogueFor, httpStatusOf, messagesFor } from "@enrol-sso/enrol/messages";

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
  const texts = catalogueFor(request.headers.get("accept-language"));
  const headers = { "content-language": texts.language, vary: "accept-language" };
  const messages = messagesFor(subStatus, texts);
  return Response.json({ cid, subStatus, messages }, { status: httpStatusOf(subStatus), headers });
}
