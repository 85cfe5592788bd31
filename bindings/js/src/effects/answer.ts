// How what the caller's functions give or throw becomes the answer of an effect.

import { type Awaitable, isLater } from "../awaitable.js";

/** The JSON text that answers an effect, at once or later. */
export type Answer = string | Promise<string>;

/**
 * Does the work of an effect and tells what came of it. It neither throws nor
 * rejects: whatever the work or the telling throws is told by `failed`.
 */
export function answer<T>(
  work: () => Awaitable<T>,
  told: (value: T) => object,
  failed: (why: string, error: unknown) => object = (why) => ({ error: why }),
): Answer {
  const fail = (error: unknown) => JSON.stringify(failed(describe(error), error));
  try {
    const value = work();
    if (isLater(value)) {
      return Promise.resolve(value)
        .then((later) => JSON.stringify(told(later)))
        .catch(fail);
    }
    return JSON.stringify(told(value));
  } catch (error) {
    return fail(error);
  }
}

const MAX_DESCRIPTION = 300;

/** What an error says, on one line and without the secrets that it may quote. */
export function describe(error: unknown, secrets: readonly string[] = []): string {
  let text = "something that is no Error was thrown";
  try {
    if (error instanceof Error) {
      text = String(error.message || error.name);
    } else if (typeof error === "string") {
      text = error;
    }
  } catch {
    // An error whose members throw has nothing to say.
  }
  for (const secret of secrets) {
    text = text.replaceAll(secret, "[redacted]");
  }
  return text.replace(/\s+/g, " ").slice(0, MAX_DESCRIPTION);
}
