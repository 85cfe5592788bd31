// What routes of a program need that its own pages post to, such as a login.

import { INVALID_INPUT } from "../errors.js";
import { need } from "../misuse.js";
import { type Answer, refuse } from "./answer.js";
import { MAX_BODY, parseObject, readBody, TooLarge } from "./body.js";
import { headersOf } from "./headers.js";
import { isCrossOrigin } from "./origins.js";

/** The members of a body, or the response that refuses the request. */
export type Posted =
  | { readonly members: Record<string, unknown>; readonly refusal?: undefined }
  | { readonly members?: undefined; readonly refusal: Response };

/**
 * Reads the JSON object that a page of the same site posts to a route of your own, such as a login. It refuses, as the
 * public routes do: a browser's request from another origin (403), a body of more than 64 KiB (413) or with a
 * Content-Encoding (415), and one that is not a JSON object, that is ambiguous, or that does not arrive within 15
 * seconds (400). Rejects with a TypeError if something else has read the body.
 */
export async function readPosted(request: Request): Promise<Posted> {
  if (isCrossOrigin(request)) {
    return { refusal: responseOf(request, refuse(403, "E005001", "the request comes from another origin")) };
  }
  const read = await readMembers(request, true);
  return "status" in read ? { refusal: responseOf(request, read) } : read;
}

function responseOf(request: Request, { status, body }: Answer): Response {
  const headers = headersOf({ isSecure: request.url.startsWith("https:"), origin: undefined });
  headers.set("content-type", "application/json");
  return new Response(`${JSON.stringify(body)}\n`, { status, headers });
}

/** The members of a body, or why it is refused. Numbers are 0 unless they are kept. */
export async function readMembers(
  request: Request,
  keepsNumbers = false,
): Promise<Answer | { members: Record<string, unknown> }> {
  if (request.headers.get("content-encoding")) {
    return refuse(415, INVALID_INPUT, "the body must not have a Content-Encoding");
  }
  need(!request.bodyUsed, "something else has read the body of a request: pass the request on unread");
  let members: Record<string, unknown> | undefined;
  try {
    members = parseObject(await readBody(request), keepsNumbers);
  } catch (error) {
    if (error instanceof TooLarge) {
      return refuse(413, INVALID_INPUT, `the body has more than ${MAX_BODY} bytes`);
    }
    // The caller is gone.
  }
  if (members === undefined) {
    return refuse(400, INVALID_INPUT, "the body is not a JSON object of at most 64 KiB, without repeated names");
  }
  return { members };
}
