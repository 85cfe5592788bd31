// Services that receive new accounts, and learn which ones are erased.

import type { Awaitable } from "../awaitable.js";
import { kindOf, need } from "../misuse.js";
import type { DeletedPayload, Service, ServiceContext, SignupPayload } from "../services.js";
import { only } from "./only.js";

/**
 * Makes a service that `signup.callback_service_list` names. It is called at least once per new
 * account, and again if it throws: the header `webhook-id` identifies repeated calls. `erased` is
 * called likewise for each account that is erased, which the program may not know; without it, that
 * is accepted and ignored.
 */
export function callbackService(
  handle: (account: SignupPayload["data"], context: ServiceContext) => Awaitable<unknown>,
  erased: (account: DeletedPayload["data"], context: ServiceContext) => Awaitable<unknown> = () => undefined,
): Service {
  need(typeof erased === "function", `erased must be a function, not ${kindOf(erased)}`);
  const created = only("user.signup", handle);
  return (payload, context) =>
    payload.type === "user.deleted" ? erased(payload.data, context) : created(payload, context);
}
