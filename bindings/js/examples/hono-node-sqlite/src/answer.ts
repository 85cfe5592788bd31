// What an answer of the engine looks like over HTTP.

import { type Result, SignupError, type StatusCode } from "@enrol-sso/enrol";
import { catalogueFor, httpStatusOf, messagesFor } from "@enrol-sso/enrol/messages";
import type { Context } from "hono";

/**
 * Answers with a result. Of one that is ok nothing is passed on but its cid: the
 * confirm token of a signup goes out by mail, and never to the browser.
 */
export function answered(c: Context, result: Result): Response {
  if (result.ok) {
    return c.json({ cid: result.cid });
  }
  if (result.retryAfter !== undefined) {
    c.header("retry-after", String(result.retryAfter));
  }
  return refused(c, result.subStatus, result.cid);
}

/** Answers what went wrong, where no decision was made. */
export function failed(c: Context, error: Error): Response {
  console.error(error); // holds no password and no token
  return error instanceof SignupError ? refused(c, [error.code], error.cid) : refused(c, ["E008004"]);
}

/** Answers with status codes, and with texts for them in the browser's language. */
export function refused(c: Context, subStatus: readonly [StatusCode, ...StatusCode[]], cid?: string): Response {
  const texts = catalogueFor(c.req.header("accept-language"));
  c.header("vary", "accept-language");
  c.header("content-language", texts.language);
  return c.json({ cid, subStatus, messages: messagesFor(subStatus, texts) }, httpStatusOf(subStatus));
}
