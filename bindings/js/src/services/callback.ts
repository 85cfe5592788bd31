// Services that receive new accounts.

import type { Awaitable } from "../awaitable.js";
import type { Service, ServiceContext, SignupPayload } from "../services.js";
import { only } from "./only.js";

/**
 * Makes a service that `signup.callback_service_list` names. It is called at least once per new
 * account, and again if it throws: the header `webhook-id` identifies repeated calls.
 */
export function callbackService(
  handle: (account: SignupPayload["data"], context: ServiceContext) => Awaitable<unknown>,
): Service {
  return only("user.signup", handle);
}
