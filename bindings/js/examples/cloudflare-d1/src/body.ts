// Bodies of requests, as far as the engine does not check them.

/** A body that is refused before the engine sees it. */
export class BodyError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

const LIMIT = 64 * 1024; // bytes, as many as the engine takes

/** The members of a body, which may have any type: the engine checks each that it is given. */
export async function bodyOf<T>(request: Request): Promise<T> {
  // Pages elsewhere can have a browser send forms and plain text, but not this.
  if (!/^application\/json\b/i.test(request.headers.get("content-type") ?? "")) {
    throw new BodyError(415, "the body must be application/json");
  }
  const body = parsed(await textOf(request));
  if (typeof body !== "object" || body === null) {
    throw new BodyError(400, "the body must be a JSON object");
  }
  return body as T;
}

/** Reads a body, and no further than the limit. */
async function textOf(request: Request): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.length;
    if (size > LIMIT) {
      throw new BodyError(413, "the body is too large");
    }
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
