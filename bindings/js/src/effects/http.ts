// A call to a service by HTTP. No error contains the URL, which may contain a secret.

import { ServiceError } from "../service-error.js";

/** The most bytes that are read of an answer. */
export const MAX_BODY = 64 << 10;

/** Milliseconds that the reason of a refusal may take to arrive. */
const REASON_MS = 2_000;

/**
 * Posts a body. Resolves for a status from 200 to 299: to the body of the response if it is
 * `wanted`, and else to "", without reading it. Rejects with a ServiceError for any other status,
 * or if there is no answer.
 */
export async function post(
  url: string,
  headers: Record<string, string>,
  body: string,
  { wanted, signal }: { wanted: boolean; signal: AbortSignal },
): Promise<string> {
  let response: Response;
  try {
    // A redirect is neither followed nor a success: the signature is for this address only. "error"
    // would do the same, but not every platform has it.
    response = await fetch(url, {
      method: "POST",
      headers: { ...headers, "content-type": "application/json" },
      body,
      redirect: "manual",
      signal,
    });
  } catch (error) {
    throw signal.aborted
      ? signal.reason
      : new ServiceError("down", `the service cannot be reached${codeOf(error)}`, { cause: error });
  }
  if (response.status < 200 || response.status > 299) {
    throw await refusal(response);
  }
  if (wanted) {
    return read(response.body?.getReader());
  }
  discard(response);
  return "";
}

/** What a status other than success means. */
async function refusal(response: Response): Promise<ServiceError> {
  const { status } = response;
  const why = `the service answered with HTTP status ${status}`;
  if (status >= 500 || status === 408 || status === 429) {
    discard(response);
    return new ServiceError("down", why, { retryAfter: retryAfter(response.headers.get("retry-after")) });
  }
  if (status === 410 || status < 400) {
    discard(response);
    return new ServiceError(status === 410 ? "final" : "refused", why);
  }
  return new ServiceError((await saysFinal(response)) ? "final" : "refused", why);
}

/** Seconds until the time in a header, given in seconds or as a date; undefined if there is none. */
function retryAfter(header: string | null): number | undefined {
  if (header === null) {
    return undefined;
  }
  const seconds = /^\d+$/.test(header) ? Number(header) : (Date.parse(header) - Date.now()) / 1000;
  return seconds > 0 ? seconds : undefined;
}

/**
 * Whether the body of a refusal is JSON with final set to true. Only the part that arrives within
 * two seconds counts.
 */
async function saysFinal(response: Response): Promise<boolean> {
  const reader = response.body?.getReader();
  const end = () => reader?.cancel().catch(() => {});
  const timer = setTimeout(end, REASON_MS);
  try {
    return Object(JSON.parse(await read(reader))).final === true;
  } catch {
    return false; // no JSON, or too long
  } finally {
    clearTimeout(timer);
    end();
  }
}

type Reader = ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>;

/** Reads the text of a body; "" without a reader. */
async function read(reader: Reader | undefined): Promise<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  let text = "";
  let size = 0;
  for (;;) {
    const chunk = await reader?.read();
    if (!chunk || chunk.done) {
      return text + decoder.decode();
    }
    size += chunk.value.length;
    if (size > MAX_BODY) {
      reader?.cancel().catch(() => {});
      throw new Error("the service answered more than 64 KiB");
    }
    text += decoder.decode(chunk.value, { stream: true });
  }
}

/** Discards a response whose body is not needed, of any length. */
function discard(response: Response): void {
  response.body?.cancel().catch(() => {});
}

/** The code that a system gives for a failed connection, such as ECONNREFUSED. */
function codeOf(error: unknown): string {
  const code = (error as { cause?: { code?: unknown } } | undefined)?.cause?.code;
  return typeof code === "string" ? ` (${code})` : "";
}
