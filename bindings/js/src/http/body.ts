// The body of a request: bounded, and a JSON object that every reader understands alike.

/** The most bytes that a body may have, as many as the engine takes. */
export const MAX_BODY = 64 << 10;

/** How deep values may be nested, as in the engine. */
const MAX_DEPTH = 8;

/** Milliseconds in which a body must arrive. */
const MAX_TIME = 15_000;

/** There are more bytes than a body may have. */
export class TooLarge extends Error {}

/** Reads a body, and no further than the bound: then it throws a TooLarge. A body that arrives too slowly is cut off. */
export async function readBody(request: Request): Promise<Uint8Array> {
  if (Number(request.headers.get("content-length") ?? 0) > MAX_BODY) {
    throw new TooLarge();
  }
  const reader = request.body?.getReader();
  const timer = setTimeout(() => reader?.cancel().catch(() => {}), MAX_TIME);
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for (let next = await reader?.read(); next?.value !== undefined; next = await reader?.read()) {
      size += next.value.length;
      if (size > MAX_BODY) {
        reader?.cancel().catch(() => {});
        throw new TooLarge();
      }
      chunks.push(next.value);
    }
  } finally {
    clearTimeout(timer);
  }
  const body = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    body.set(chunk, at);
    at += chunk.length;
  }
  return body;
}

/**
 * Parses a JSON object in UTF-8. Returns undefined for other data, and for objects that are ambiguous: where a name
 * occurs twice, a text has NUL or half of a character, or values are nested too deep. Numbers are 0 unless they are kept:
 * no member of the public routes is one.
 */
export function parseObject(data: Uint8Array, keepsNumbers = false): Record<string, unknown> | undefined {
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(data);
    // A number that is too large would become null, which means absent.
    const value: unknown = JSON.parse(text, (_, member) => (typeof member === "number" && !keepsNumbers ? 0 : member));
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    return isObject && isClear(text) ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** Reports whether valid JSON has one meaning only. */
function isClear(text: string): boolean {
  const open: Set<string>[] = []; // the names of each object so far, from the outermost one
  for (const { 0: token, index } of text.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\]]/g)) {
    if (token === "{" || token === "[") {
      open.push(new Set());
    } else if (token === "}" || token === "]") {
      open.pop();
    } else {
      const string = token.includes("\\") ? (JSON.parse(token) as string) : token.slice(1, -1);
      const isName = colonFollows(text, index + token.length);
      const names = open.at(-1);
      if (/\0|\p{Surrogate}/u.test(string) || (isName && names?.has(string))) {
        return false;
      }
      if (isName) {
        names?.add(string);
      }
    }
    if (open.length > MAX_DEPTH) {
      return false;
    }
  }
  return true;
}

const COLON = /[ \t\n\r]*:/y;

/** Reports whether a string is the name of a member. */
function colonFollows(text: string, at: number): boolean {
  COLON.lastIndex = at;
  return COLON.test(text);
}
