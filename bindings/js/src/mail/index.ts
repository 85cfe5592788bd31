// Mails in seven languages, as Enrol's Go service sends them. Nothing here sends: programs do.

import type { Awaitable } from "../awaitable.js";
import { kindOf, need } from "../misuse.js";
import type { MessagePayload, Service, ServiceContext } from "../services.js";
import type { Mail } from "./mail.js";
import type { MailOptions } from "./options.js";
import { writer } from "./write.js";

export type { Mail, MailHeaders } from "./mail.js";
export type { MailOptions } from "./options.js";

/**
 * Writes the mail of a message. `id` is that of the event: the header `webhook-id` of the call, or
 * the `id` that `verifyWebhook` returns. The same payload and id always give the same mail.
 *
 * Throws a {@link ServiceError} if there is no such mail: of the kind `final` if the address of the
 * user cannot be sent to, else `refused`. No error has an address or a token. Wrong options are a
 * TypeError.
 */
export function mailOf(payload: MessagePayload, id: string, options: MailOptions = {}): Mail {
  return writer(options)(payload, id);
}

/**
 * Makes the service that `main.email_service` names: it writes the mail of each message and calls
 * `send`. If `send` throws, the message is delivered again later. The header `webhook-id` in the
 * context stays the same then, and can be an idempotency key.
 */
export function mailService(
  send: (mail: Mail, context: ServiceContext) => Awaitable<unknown>,
  options: MailOptions = {},
): Service {
  need(typeof send === "function", `mailService needs a function that sends, not ${kindOf(send)}`);
  const write = writer(options);
  return (payload, context) => send(write(payload as MessagePayload, context.headers["webhook-id"] ?? ""), context);
}
