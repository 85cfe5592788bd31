// The effect callback: calls a service, the caller's function or a URL.

import { isURL, type Service, type ServicePayload } from "../services.js";
import { type Answer, answer, describe } from "./answer.js";
import { MAX_BODY, post } from "./http.js";

/** Milliseconds after which a call is given up. */
export const CALL_TIMEOUT = 30_000;

export interface CallbackRequest {
  service: string;
  headers: Record<string, string>;
  body: string;
}

export function callback(
  services: ReadonlyMap<string, Service>,
  request: CallbackRequest,
  signal: AbortSignal,
): Answer {
  return answer(
    () => withinTime(signal, (limited) => invoke(services, request, limited)),
    (body) => ({ body }),
    (_, error) => ({ error: describe(error, secretsOf(request.body)) }),
  );
}

async function invoke(
  services: ReadonlyMap<string, Service>,
  { service, headers, body }: CallbackRequest,
  signal: AbortSignal,
): Promise<string> {
  if (isURL(service)) {
    return post(service, headers, body, signal);
  }
  const call = services.get(service);
  if (!call) {
    throw new Error("there is no such service");
  }
  const payload = JSON.parse(body) as ServicePayload;
  const result = JSON.stringify(await call(payload, { headers, body, signal })) ?? "";
  if (new TextEncoder().encode(result).length > MAX_BODY) {
    throw new Error("the service answered more than 64 KiB");
  }
  return result;
}

/** Gives work up after 30 seconds, or when its operation is given up. */
async function withinTime<T>(parent: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const giveUp = (why: string) => controller.abort(new Error(why));
  const timer = setTimeout(
    () => giveUp(`the service did not answer within ${CALL_TIMEOUT / 1000} seconds`),
    CALL_TIMEOUT,
  );
  const withParent = () => giveUp("the operation was given up");
  parent.addEventListener("abort", withParent, { once: true });
  const givenUp = new Promise<never>((_, reject) => {
    controller.signal.addEventListener("abort", () => reject(controller.signal.reason), { once: true });
  });
  try {
    return await Promise.race([work(controller.signal), givenUp]);
  } finally {
    clearTimeout(timer);
    parent.removeEventListener("abort", withParent);
  }
}

/** What an error of a service might quote: the password or the token sent. */
function secretsOf(body: string): string[] {
  const { data } = JSON.parse(body) as ServicePayload;
  const { password, token, sign_up_confirm_token } = data as Record<string, unknown>;
  return [password, token, sign_up_confirm_token].filter(
    (secret): secret is string => typeof secret === "string" && secret !== "",
  );
}
