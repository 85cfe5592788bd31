// The routes in servers with Node's requests and responses: node:http, Express, Fastify.

import { isBytes } from "../realm.js";
import type { Handler } from "./handler.js";

/** What is used of Node's IncomingMessage, and of what Express adds. */
export interface NodeRequest extends AsyncIterable<Uint8Array | string> {
  /** The method. */
  readonly method?: string | undefined;
  /** The path and the query. */
  readonly url?: string | undefined;
  /** The path as it came, which Express keeps below a mount point. */
  readonly originalUrl?: string | undefined;
  /** Names and values, in turn. */
  readonly rawHeaders: readonly string[];
  /** Whether the body has arrived. */
  readonly complete: boolean;
  /** What a parser made of the body, if one has read it. */
  readonly body?: unknown;
  /** The connection. */
  readonly socket: object;
}

/** What is used of Node's ServerResponse. */
export interface NodeResponse {
  /** The status. */
  statusCode: number;
  /** Sets a header. */
  setHeader(name: string, value: string): unknown;
  /** Ends the response with a body. */
  end(body: string): unknown;
}

/** What is used of Fastify's request. */
export interface FastifyLikeRequest {
  /** Node's request. */
  readonly raw: NodeRequest;
  /** What a parser made of the body, if one has read it. */
  readonly body?: unknown;
}

/** What is used of Fastify's reply. */
export interface FastifyLikeReply {
  /** Node's response. */
  readonly raw: NodeResponse;
  /** Leaves the response to the route. */
  hijack(): unknown;
}

/** A listener of node:http, middleware of Express, and a route of Fastify. */
export type NodeHandler = (
  request: NodeRequest | FastifyLikeRequest,
  response: NodeResponse | FastifyLikeReply,
) => Promise<void>;

/**
 * Turns a handler into one for node:http, Express and Fastify. It reads the body itself, or takes what a parser has made
 * of it. The client address is the other end of the connection, unless the option clientAddress says otherwise.
 */
export function toNodeHandler(handle: Handler): NodeHandler {
  return async (request, response) => {
    let sink: NodeResponse;
    if ("hijack" in response) {
      response.hijack();
      sink = response.raw;
    } else {
      sink = response;
    }
    const incoming = "raw" in request ? request.raw : request;
    const answer = await handle(requestOf(incoming, request.body), { incoming });
    const body = await answer.text();
    sink.statusCode = answer.status;
    for (const [name, value] of answer.headers) {
      sink.setHeader(name, value);
    }
    if (!incoming.complete) {
      sink.setHeader("connection", "close"); // nobody reads the rest of the body
    }
    sink.end(body);
  };
}

function requestOf(incoming: NodeRequest, parsed: unknown): Request {
  const { rawHeaders } = incoming;
  // A Request cannot have the others, and no route has any of them.
  const method = /^(CONNECT|TRACE|TRACK)$/.test(incoming.method ?? "") ? "GET" : (incoming.method ?? "GET");
  const headers = new Headers();
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] as string;
    if (!name.startsWith(":")) {
      headers.append(name, rawHeaders[i + 1] as string); // those of HTTP/2 are no headers
    }
  }
  const scheme = (incoming.socket as { encrypted?: boolean }).encrypted === true ? "https" : "http";
  const url = `${scheme}://localhost${(incoming.originalUrl ?? incoming.url ?? "/").replace(/^[^/]*/, "")}`;
  if (method === "GET" || method === "HEAD") {
    return new Request(url, { method, headers });
  }
  const init = { method, headers, body: bodyOf(incoming, parsed), duplex: "half" };
  return new Request(url, init);
}

/** The body: what a parser has made of it, or as it arrives. */
function bodyOf(incoming: NodeRequest, parsed: unknown): BodyInit {
  if (typeof parsed === "string" || isBytes(parsed)) {
    return parsed as BodyInit;
  }
  if (parsed !== undefined && parsed !== null) {
    return JSON.stringify(parsed);
  }
  const chunks = incoming[Symbol.asyncIterator]();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await chunks.next();
      if (done) {
        controller.close();
      } else {
        controller.enqueue(typeof value === "string" ? new TextEncoder().encode(value) : value);
      }
    },
  });
}
