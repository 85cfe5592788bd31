// Secret keys, in the form that every host takes.

import { encodeBase64url } from "./base64url.js";

/**
 * Draws a secret key for a new store, in the form that the option `secretKey` takes. Without it,
 * sealed data is lost: keep it outside the store. For a store that is not empty, make one only to
 * change keys, and put it before the old one, separated by a comma. Its id is the date and four
 * random digits.
 */
export function newSecretKey(): string {
  const random = crypto.getRandomValues(new Uint8Array(2 + 32));
  const digits = Array.from(random.subarray(0, 2), (byte) => byte.toString(16).padStart(2, "0")).join("");
  const date = new Date().toISOString().slice(0, 10).replaceAll("-", "");
  return `k${date}-${digits}:${encodeBase64url(random.subarray(2))}`;
}
