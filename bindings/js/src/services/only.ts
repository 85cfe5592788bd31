// A service of one kind.

import type { Awaitable } from "../awaitable.js";
import { kindOf, need } from "../misuse.js";
import type { Service, ServiceContext, ServicePayload } from "../services.js";

/** The data of payloads of one type. */
export type DataOf<Type extends ServicePayload["type"]> = Extract<ServicePayload, { type: Type }>["data"];

/** Makes a service that accepts only payloads of one type. */
export function only<Type extends ServicePayload["type"]>(
  type: Type,
  handle: (data: DataOf<Type>, context: ServiceContext) => Awaitable<unknown>,
): Service {
  need(typeof handle === "function", `a service for ${type} needs a function, not ${kindOf(handle)}`);
  return (payload, context) => {
    if (payload.type !== type) {
      throw new TypeError(
        `a service for ${type} was called with ${payload.type}: the configuration names the wrong one`,
      );
    }
    return handle(payload.data as DataOf<Type>, context);
  };
}
