// Between HTTP and the engine.

import { type Result, SignupError, type StatusCode } from "@enrol-sso/enrol";
import { catalogueFor, httpStatusOf, messagesFor } from "@enrol-sso/enrol/messages";

const LIMIT = 64 * 1024; // characters, more than any request of the engine has

/** Reads the body, does what is asked, and answers. */
export async function handle<Body>(request: Request, work: (body: Body) => Promise<Result>): Promise<Response> {
  // Pages elsewhere can have a browser send forms and plain text, but not this.
  if (!/^application\/json\b/i.test(request.headers.get("content-type") ?? "")) {
    return new Response("the body must be application/json\n", { status: 415 });
  }
  try {
    const body = parsed(await request.text());
    return body === undefined ? refused(request, ["E008002"]) : answered(request, await work(body as Body));
  } catch (error) {
    console.error(error); // holds no password and no token
    return error instanceof SignupError ? refused(request, [error.code], error.cid) : refused(request, ["E008004"]);
  }
}

/**
 * The last address that a proxy wrote down: the one in front of this server, which
 * is the only one to believe. Without a proxy, anybody may write what they like.
 */
export function remoteAddrOf(request: Request): string | undefined {
  return request.headers.get("x-forwarded-for")?.split(",").at(-1)?.trim() || undefined;
}

/** The members of a body, which may have any type: the engine checks each that it is given. */
function parsed(text: string): object | undefined {
  try {
    const body: unknown = text.length > LIMIT ? undefined : JSON.parse(text);
    return typeof body === "object" && body !== null ? body : undefined;
  } catch {
    return undefined;
  }
}

/** Passes on nothing but the cid of what is ok: a confirm token goes out by mail alone. */
function answered(request: Request, result: Result): Response {
  if (result.ok) {
    return Response.json({ cid: result.cid });
  }
  const response = refused(request, result.subStatus, result.cid);
  if (result.retryAfter !== undefined) {
    response.headers.set("retry-after", String(result.retryAfter));
  }
  return response;
}

/** Answers with status codes, and with texts for them in the browser's language. */
function refused(request: Request, subStatus: readonly [StatusCode, ...StatusCode[]], cid?: string): Response {
  const texts = catalogueFor(request.headers.get("accept-language"));
  const headers = { "content-language": texts.language, vary: "accept-language" };
  const messages = messagesFor(subStatus, texts);
  return Response.json({ cid, subStatus, messages }, { status: httpStatusOf(subStatus), headers });
}
