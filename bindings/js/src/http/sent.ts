// What a request itself does not tell of the headers that were sent.

import { isOnCloudflare } from "./client-address.js";

/**
 * Reports whether a header was sent more than once, which a Request cannot tell: it joins the values. Node's request
 * does, which toNodeHandler and Hono pass; without it, nothing counts as repeated.
 */
export function isRepeated(name: string, context: readonly unknown[]): boolean {
  for (const each of context) {
    const sent = (each as { incoming?: { rawHeaders?: unknown } } | null | undefined)?.incoming?.rawHeaders;
    if (Array.isArray(sent)) {
      return sent.filter((text, i) => i % 2 === 0 && String(text).toLowerCase() === name).length > 1;
    }
  }
  return false;
}

/** Reports whether a request may have come through a proxy that is not the platform's own. */
export function isWrittenByProxy({ headers }: Request): boolean {
  return (headers.has("x-forwarded-for") || headers.has("forwarded")) && !isOnCloudflare();
}
