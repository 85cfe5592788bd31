// The effect callback: calls a service, the caller's function or a URL.

import type { Brake } from "../brake.js";
import { isObject, kindOf } from "../misuse.js";
import { ServiceError } from "../service-error.js";
import { isURL, type Service, type ServicePayload } from "../services.js";
import { type Answer, answer, describe } from "./answer.js";
import { censor } from "./censor.js";
import { failureKind, StoppedError } from "./failure-kind.js";
import { MAX_BODY, post } from "./http.js";

/** Milliseconds after which a call is cancelled. */
export const CALL_TIMEOUT = 30_000;

/** Milliseconds after which a call that is cut off has failed; before, it counts as stopped. */
const CUT_FAILS = 20_000;

export interface CallbackRequest {
  service: string;
  headers: Record<string, string>;
  body: string;
}

/** When calls of services must end early. */
export interface Calls {
  /** Aborts when the operation that makes them is cancelled. */
  readonly signal: AbortSignal;
  /** The operation that makes them, for the queue of hashes; a signup if there is none. */
  readonly operation?: string | undefined;
  /** Whether another call may start; if not, it counts as stopped. */
  readonly mayBegin?: (() => boolean) | undefined;
  /** When calls are cut off, in milliseconds since 1970. */
  readonly cut?: number | undefined;
  /** Cancels running calls, which count as stopped. */
  readonly brake?: Brake | undefined;
}

export function callback(services: ReadonlyMap<string, Service>, request: CallbackRequest, calls: Calls): Answer {
  return answer(
    () => withinTime(calls, (signal) => invoke(services, request, signal)),
    (body) => ({ body }),
    (_, error) => ({ error: describe(error, (text) => censor(text, request.body)), ...failureKind(error) }),
  );
}

async function invoke(
  services: ReadonlyMap<string, Service>,
  { service, headers, body }: CallbackRequest,
  signal: AbortSignal,
): Promise<string> {
  const payload = JSON.parse(body) as ServicePayload;
  const wanted = answerMatters(payload);
  if (isURL(service)) {
    return post(service, headers, body, { wanted, signal });
  }
  const call = services.get(service);
  if (!call) {
    throw new Error("there is no such service");
  }
  const result = await call(payload, { headers, body, signal });
  if (!wanted) {
    return "";
  }
  if (!isObject(result) || Array.isArray(result)) {
    throw new TypeError(
      `a validation service must answer an object such as { is_valid: true }, not ${kindOf(result)}; ` +
        "one that validationService makes may also answer true, false or status codes",
    );
  }
  const text = JSON.stringify(result) ?? "";
  if (new TextEncoder().encode(text).length > MAX_BODY) {
    throw new Error("the service answered more than 64 KiB");
  }
  return text;
}

/** Whether the answer of a service is used. */
export function answerMatters(payload: ServicePayload): boolean {
  return payload.type === "user.validate";
}

/** Cancels work after 30 seconds, when calls are cut off or stopped, or with its operation. */
async function withinTime<T>(
  { signal: parent, mayBegin, cut = Number.POSITIVE_INFINITY, brake }: Calls,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  if (brake?.stopped || mayBegin?.() === false) {
    throw new StoppedError("the engine stops");
  }
  const controller = new AbortController();
  const ms = Math.max(0, Math.min(CALL_TIMEOUT, cut - Date.now()));
  const timer = setTimeout(() => controller.abort(tooLate(ms)), ms);
  const withParent = () => controller.abort(new Error("the operation was given up"));
  parent.addEventListener("abort", withParent, { once: true });
  const ended = brake?.onStop(() =>
    controller.abort(new StoppedError("the engine stopped before the service answered")),
  );
  const givenUp = new Promise<never>((_, reject) => {
    controller.signal.addEventListener("abort", () => reject(controller.signal.reason), { once: true });
  });
  try {
    return await Promise.race([work(controller.signal), givenUp]);
  } finally {
    clearTimeout(timer);
    parent.removeEventListener("abort", withParent);
    ended?.();
  }
}

/** The error of a call without an answer after some milliseconds. */
function tooLate(ms: number): Error {
  return ms < CUT_FAILS
    ? new StoppedError("the request ended before the service answered")
    : new ServiceError("down", `the service did not answer within ${Math.round(ms / 1000)} seconds`);
}
