// The routes in servers with Node's requests and responses: node:http, Express, Fastify.

import { tell } from "../background.js";
import { INTERNAL_ERROR } from "../errors.js";
import { isBytes } from "../realm.js";
import { undecided } from "./answer.js";
import { type Handler, report } from "./handler.js";

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
  /** Whether headers are on their way, so that none can be set any more. */
  readonly headersSent: boolean;
  /** Sets a header. */
  setHeader(name: string, value: string): unknown;
  /** Ends the response. */
  end(): unknown;
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
 * Turns a handler into one for node:http, node:http2, Express and Fastify. It reads the body itself, or takes what a
 * parser has made of it. The client address is the other end of the connection, unless the option clientAddress says
 * otherwise. It never rejects: if a request cannot be served, it answers 500 with E008004, and the console gets the
 * message. If something else has answered already, it only ends that response.
 */
export function toNodeHandler(handle: Handler): NodeHandler {
  return async (request, response) => {
    const incoming = "raw" in request ? request.raw : request;
    let sink = response as NodeResponse;
    if ("hijack" in response) {
      response.hijack();
      sink = response.raw;
    }
    try {
      const answer = await handle(requestOf(incoming, request.body), { incoming });
      await send(sink, incoming, answer);
    } catch (error) {
      tell(report, error, "a request failed");
      fail(sink);
    }
  };
}

async function send(sink: NodeResponse, incoming: NodeRequest, answer: Response): Promise<void> {
  const body = await answer.text();
  sink.statusCode = answer.status;
  for (const [name, value] of answer.headers) {
    sink.setHeader(name, value);
  }
  if (!incoming.complete && pseudoHeader(incoming, ":method") === undefined) {
    sink.setHeader("connection", "close"); // nobody reads the rest of the body
  }
  sink.end(body);
}

/** Ends a response that an error interrupted. */
function fail(sink: NodeResponse): void {
  try {
    if (sink.headersSent) {
      sink.end();
      return;
    }
    const { status, body } = undecided(INTERNAL_ERROR);
    sink.statusCode = status;
    sink.setHeader("content-type", "application/json");
    sink.setHeader("cache-control", "no-store");
    sink.end(`${JSON.stringify(body)}\n`);
  } catch {
    // The connection is gone.
  }
}

function requestOf(incoming: NodeRequest, parsed: unknown): Request {
  const { rawHeaders } = incoming;
  const method = methodOf(incoming);
  const headers = new Headers();
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] as string;
    if (!name.startsWith(":")) {
      headers.append(name, rawHeaders[i + 1] as string);
    }
  }
  const authority = pseudoHeader(incoming, ":authority");
  if (authority && !headers.has("host")) {
    headers.set("host", authority); // HTTP/2 has it in place of a host
  }
  const scheme = (incoming.socket as { encrypted?: boolean }).encrypted === true ? "https" : "http";
  const url = `${scheme}://localhost${(incoming.originalUrl ?? incoming.url ?? "/").replace(/^[^/]*/, "")}`;
  if (method === "GET" || method === "HEAD") {
    return new Request(url, { method, headers });
  }
  const init = { method, headers, body: bodyOf(incoming, parsed), duplex: "half" };
  return new Request(url, init);
}

/**
 * The method. A Request cannot have some, and writes others in upper case, which HTTP distinguishes: for all of these it
 * is GET, which no route has either.
 */
function methodOf({ method = "GET" }: NodeRequest): string {
  return /^(?!(CONNECT|TRACE|TRACK)$)[A-Z]+$/.test(method) ? method : "GET";
}

/** A header of HTTP/2 that tells what the first line of HTTP/1 does; undefined in HTTP/1. */
function pseudoHeader({ rawHeaders }: NodeRequest, name: string): string | undefined {
  const at = rawHeaders.findIndex((each, i) => i % 2 === 0 && each === name);
  return rawHeaders[at + 1 || rawHeaders.length];
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
