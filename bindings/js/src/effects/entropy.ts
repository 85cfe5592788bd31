// The effect entropy: random bytes.

import { encodeBase64url } from "../base64url.js";
import { type Answer, answer } from "./answer.js";

const CHUNK = 65_536; // bytes that getRandomValues gives at a time

export function entropy(request: { bytes: number }): Answer {
  return answer(
    () => randomBytes(request.bytes),
    (bytes) => ({ entropy: encodeBase64url(bytes) }),
  );
}

/** Draws bytes, and writes each as two hexadecimal digits. */
export function randomHex(bytes: number): string {
  let text = "";
  for (const byte of randomBytes(bytes)) {
    text += (byte | 0x100).toString(16).slice(1);
  }
  return text;
}

/** Bytes that are drawn at once and not yet handed out: to draw costs more than the bytes. */
const drawn = new Uint8Array(1024);
let used = drawn.length;

/** Returns bytes of the platform's cryptographically secure source, none of which it keeps. */
export function randomBytes(count: number): Uint8Array<ArrayBuffer> {
  if (count > drawn.length) {
    return fill(new Uint8Array(count));
  }
  if (used + count > drawn.length) {
    fill(drawn);
    used = 0;
  }
  const bytes = drawn.slice(used, used + count);
  drawn.fill(0, used, used + count);
  used += count;
  return bytes;
}

function fill(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  for (let i = 0; i < bytes.length; i += CHUNK) {
    crypto.getRandomValues(bytes.subarray(i, i + CHUNK));
  }
  return bytes;
}
