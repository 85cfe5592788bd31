// Bytes as base64url without padding, the form they have inside JSON.

const CHUNK = 0x8000; // a safe number of arguments for fromCharCode

/** What newer runtimes have. */
interface Encoding {
  toBase64?(options: { alphabet: "base64url"; omitPadding: true }): string;
}

export function encodeBase64url(bytes: Uint8Array): string {
  const encoded = (bytes as Encoding).toBase64?.({ alphabet: "base64url", omitPadding: true });
  if (encoded !== undefined) {
    return encoded;
  }
  let binary = "";
  for (let i = 0; i < bytes.length; i += CHUNK) {
    binary += String.fromCharCode(...bytes.subarray(i, i + CHUNK));
  }
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

export function decodeBase64url(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}
