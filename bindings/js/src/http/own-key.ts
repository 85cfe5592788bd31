// Idempotency keys, which clients choose.

import { encodeBase64url } from "../base64url.js";

/** The most code points that the engine takes as a key. */
const MAX_KEY = 255;

/**
 * Returns the key for the engine: that of the request together with its content, so that clients who choose the same key
 * do not meet. Keys that the engine must refuse, and none, stay what they are.
 */
export async function ownKey(key: unknown, content: object): Promise<unknown> {
  if (typeof key !== "string" || key === "" || [...key].length > MAX_KEY) {
    return key;
  }
  const text = new TextEncoder().encode(`${key}\0${JSON.stringify(sorted(content))}`);
  return encodeBase64url(new Uint8Array(await crypto.subtle.digest("SHA-256", text)));
}

/** The same content in the same order, however it was written. */
function sorted(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return value;
  }
  return Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, member]) => [name, sorted(member)]);
}
