// Services that are called over HTTP with further headers.

import { answerMatters } from "../effects/callback.js";
import { post } from "../effects/http.js";
import { kindOf, need } from "../misuse.js";
import type { Service } from "../services.js";

/** How a service is called over HTTP. */
export interface HttpServiceOptions {
  /**
   * Headers in addition to the signature, such as authorization. Enrol stores neither these nor the
   * URL.
   */
  headers?: Readonly<Record<string, string>> | undefined;
}

/**
 * Makes a service that posts its calls to a URL. It is for URLs that must not be in the
 * configuration, or that need headers; Enrol itself calls URLs in the configuration. The signature
 * is made for the name that the configuration has: that is what `webhookSecrets` takes.
 */
export function httpService(url: string | URL, options: HttpServiceOptions = {}): Service {
  need(
    URL.canParse(url),
    `httpService needs a URL, not ${typeof url === "string" && url !== "" ? "this text" : kindOf(url)}`,
  );
  const address = new URL(url);
  if (address.protocol !== "https:" && !isLocal(address)) {
    throw new TypeError("enrol: httpService needs an https URL, or one of this machine");
  }
  const { headers: more = {} } = options;
  return async (payload, { headers, body, signal }) => {
    const wanted = answerMatters(payload);
    const text = await post(address.href, { ...more, ...headers }, body, { wanted, signal });
    return text.trim() === "" ? undefined : JSON.parse(text);
  };
}

/** Reports whether a URL leads to this machine, where plain http is safe. */
function isLocal({ protocol, hostname }: URL): boolean {
  return protocol === "http:" && /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
}
