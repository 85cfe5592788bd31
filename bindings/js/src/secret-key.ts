// Secret keys, in the form that every host takes.

import { encodeBase64url } from "./base64url.js";

/**
 * Draws a secret key for a new store, in the form that the option `secretKey`
 * takes. Whoever loses it loses what the store seals; keep it outside the store,
 * and never make one for a store that is not empty, but to put it before the
 * old one, separated by a comma, when keys are changed. Its id is the date and
 * four random digits.
 */
export function newSecretKey(): string {
  const random = crypto.getRandomValues(new Uint8Array(2 + 32));
  const digits = Array.from(random.subarray(0, 2), (byte) => byte.toString(16).padStart(2, "0")).join("");
  const date = new Date().toISOString().slice(0, 10).replaceAll("-", "");
  return `k${date}-${digits}:${encodeBase64url(random.subarray(2))}`;
}
