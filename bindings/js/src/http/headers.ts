// The headers of every answer.

/** Turns off what a page can ask a browser for. */
const PERMISSIONS = [
  "accelerometer",
  "autoplay",
  "camera",
  "display-capture",
  "encrypted-media",
  "fullscreen",
  "geolocation",
  "gyroscope",
  "magnetometer",
  "microphone",
  "midi",
  "payment",
  "picture-in-picture",
  "screen-wake-lock",
  "usb",
  "xr-spatial-tracking",
]
  .map((feature) => `${feature}=()`)
  .join(", ");

/** What every answer has. */
const COMMON = {
  "cache-control": "no-store",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": PERMISSIONS,
  "referrer-policy": "no-referrer",
  vary: "Origin",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
};

/** The headers of an answer: `isSecure` if browsers reach the routes by TLS, `origin` if that one may read it. */
export function headersOf({ isSecure, origin }: { isSecure: boolean; origin: string | undefined }): Headers {
  const headers = new Headers(COMMON);
  if (isSecure) {
    headers.set("strict-transport-security", "max-age=31536000");
  }
  if (origin !== undefined) {
    headers.set("access-control-allow-origin", origin);
  }
  return headers;
}

/** Adds what a browser asks before a request of another origin. */
export function allowRequests(headers: Headers): void {
  headers.set("access-control-allow-methods", "POST");
  headers.set("access-control-allow-headers", "Content-Type, Idempotency-Key");
  headers.set("access-control-max-age", "600");
}
