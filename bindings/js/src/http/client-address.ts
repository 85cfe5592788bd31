// The client address of a request: what rate limits count by, and the audit trail has.

import { need, needKnown, wholeNumber } from "../misuse.js";
import { type Address, readAddress } from "./address.js";

/**
 * Where the client address is.
 *
 * - `"connection"`: the other end of the connection. The runtime tells it in the second argument of the handler: Bun's
 *   server, Deno's info, Hono's `c.env`; toNodeHandler has it. On Cloudflare, it is `cf-connecting-ip`.
 * - `{ header, proxies }`: in a header that your own proxy or platform sets, such as `x-forwarded-for` or `x-real-ip`.
 *   Of a list, the last entry counts, which the proxy next to this server wrote; with `proxies: 2`, the last but one, and
 *   so on. Anybody can have written the entries before it. Requests without it are refused.
 * - a function of the request and the arguments after it; undefined if the address is unknown.
 */
export type ClientAddress =
  | "connection"
  | {
      /** The name of the header. */
      readonly header: string;
      /** How many trusted proxies, one behind another, each add an entry; 1 if not given. */
      readonly proxies?: number | undefined;
    }
  | ((request: Request, ...context: readonly unknown[]) => string | undefined);

/** Finds the address of a request; undefined if it is unknown, false if the proxy did not send one. */
export type FindAddress = (request: Request, context: readonly unknown[]) => Address | undefined | false;

/** Checks the option, and returns how to find the address. */
export function addressFinder(option: ClientAddress = "connection"): FindAddress {
  if (option === "connection") {
    return (request, context) => readKnown(ofConnection(request, context));
  }
  if (typeof option === "function") {
    return (request, context) => readKnown(option(request, ...context));
  }
  const isObject = typeof option === "object" && option !== null;
  need(isObject, 'clientAddress must be "connection", an object with a header, or a function');
  needKnown(option, { header: true, proxies: true });
  const { header, proxies = 1 } = option;
  need(typeof header === "string" && /^[\w-]+$/.test(header), "clientAddress.header must be the name of a header");
  wholeNumber("clientAddress.proxies", proxies, 1, 100);
  return ({ headers }) => {
    const entries = (headers.get(header) ?? "").split(",").filter((entry) => entry.trim() !== "");
    return readAddress(entries.at(-proxies)?.trim() ?? "") ?? false;
  };
}

/**
 * Returns a function that finds the client address of a request as `handler` does with that option, for routes of your
 * own, such as a login: it takes the request, and what the runtime or the framework passes after it. It returns undefined
 * if the address is unknown. Throws a TypeError if the option is invalid.
 */
export function clientAddressOf(
  option?: ClientAddress,
): (request: Request, ...context: readonly unknown[]) => string | undefined {
  const find = addressFinder(option);
  return (request, ...context) => {
    const address = find(request, context);
    return address ? address.text : undefined;
  };
}

function readKnown(text: string | undefined): Address | undefined {
  return text === undefined ? undefined : readAddress(text);
}

/** What runtimes and frameworks pass, as far as it tells the other end of the connection. */
interface Connected {
  requestIP?: (request: Request) => { address: string } | null; // Bun's server
  remoteAddr?: { hostname?: string }; // Deno's info
  incoming?: { socket?: { remoteAddress?: string } }; // @hono/node-server's bindings, and toNodeHandler
}

function ofConnection(request: Request, context: readonly unknown[]): string | undefined {
  for (const each of context) {
    if (typeof each !== "object" || each === null) {
      continue;
    }
    const { remoteAddr, incoming } = each as Connected;
    const address =
      (each as Connected).requestIP?.(request)?.address ?? remoteAddr?.hostname ?? incoming?.socket?.remoteAddress;
    if (address !== undefined) {
      return address;
    }
  }
  return isOnCloudflare() ? (request.headers.get("cf-connecting-ip") ?? undefined) : undefined;
}

/** Whether the platform itself is the proxy, and tells the address. */
export function isOnCloudflare(): boolean {
  return globalThis.navigator?.userAgent === "Cloudflare-Workers";
}
