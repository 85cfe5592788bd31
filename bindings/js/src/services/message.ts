// Services that send messages.

import type { Awaitable } from "../awaitable.js";
import type { MessagePayload, Service, ServiceContext } from "../services.js";
import { only } from "./only.js";

/**
 * Makes the service that `main.email_service` names. It is called once per message, and again if it
 * throws: the header `webhook-id` identifies repeated calls. You can pass it to a mail service as
 * the idempotency key.
 */
export function messageService(
  send: (message: MessagePayload["data"], context: ServiceContext) => Awaitable<unknown>,
): Service {
  return only("user.message", send);
}
