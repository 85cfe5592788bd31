// The client address: what limits count by. Next.js does not know it, and passes X-Forwarded-For on as the client wrote
// it, unless a proxy in front of it writes the header.

import { type ClientAddress, clientAddressOf } from "@enrol-sso/enrol/http";

/** Set TRUSTED_PROXY=1 only if all requests come through a proxy of yours, or of your platform, that writes the header. */
const isProxied = process.env.TRUSTED_PROXY === "1";

/** For the public routes: without a proxy, all clients share one limit. */
export const clientAddress: ClientAddress = isProxied ? { header: "x-forwarded-for" } : () => undefined;

/** For other routes: the address of the client of a request; undefined if it is unknown. */
export const addressOf = clientAddressOf(clientAddress);
