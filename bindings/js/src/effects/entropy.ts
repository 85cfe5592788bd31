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
  return Array.from(randomBytes(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Draws bytes from the platform's cryptographically secure source. */
export function randomBytes(count: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(count);
  for (let i = 0; i < count; i += CHUNK) {
    crypto.getRandomValues(bytes.subarray(i, i + CHUNK));
  }
  return bytes;
}
