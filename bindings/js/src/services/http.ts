// Services that are called over HTTP with more than their address.

import { post } from "../effects/http.js";
import type { Service } from "../services.js";

/** How a service is called over HTTP. */
export interface HttpServiceOptions {
  /**
   * Headers besides those of the signature, such as authorization. Enrol stores
   * neither these nor the URL.
   */
  headers?: Readonly<Record<string, string>> | undefined;
}

/**
 * Makes a service that posts what it is called with to a URL. Where the
 * configuration itself names a URL, this is done without it; it is for addresses
 * that are not for a configuration file, or that need headers. The signature is
 * made for the name that the configuration has: that is what `webhookSecrets`
 * takes.
 */
export function httpService(url: string | URL, options: HttpServiceOptions = {}): Service {
  const address = new URL(url);
  if (address.protocol !== "https:" && !isLocal(address)) {
    throw new TypeError("enrol: httpService needs an https URL, or one of this machine");
  }
  const { headers: more = {} } = options;
  return async (_, { headers, body, signal }) => {
    const text = await post(address.href, { ...more, ...headers }, body, signal);
    return text.trim() === "" ? undefined : JSON.parse(text);
  };
}

/** Says whether a URL leads to this machine, where plain http is no risk. */
function isLocal({ protocol, hostname }: URL): boolean {
  return protocol === "http:" && /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
}
