// The public JSON routes of an engine, for every framework with Request and Response, and for Node's own servers.

export { type ClientAddress, clientAddressOf } from "./client-address.js";
export { type EnrolSource, type Handler, type HandlerOptions, handler } from "./handler.js";
export type { Limits } from "./limits.js";
export {
  type FastifyLikeReply,
  type FastifyLikeRequest,
  type NodeHandler,
  type NodeRequest,
  type NodeResponse,
  toNodeHandler,
} from "./node.js";
export { type Posted, readPosted } from "./posted.js";
