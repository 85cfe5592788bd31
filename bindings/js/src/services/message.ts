// Services that write to people.

import type { Awaitable } from "../awaitable.js";
import type { MessagePayload, Service, ServiceContext } from "../services.js";
import { only } from "./only.js";

/**
 * Makes the service that `main.email_service` names. It is called once for each
 * message, and again if it throws: tell repetitions by `webhook-id` among the
 * headers, or hand that to a mail service as its idempotency key.
 */
export function messageService(
  send: (message: MessagePayload["data"], context: ServiceContext) => Awaitable<unknown>,
): Service {
  return only("user.message", send);
}
