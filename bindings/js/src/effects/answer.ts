// Turns the results and errors of the caller's functions into answers of effects.

import { type Awaitable, isLater } from "../awaitable.js";
import { isError } from "../realm.js";

/** The JSON text that answers an effect, at once or later. */
export type Answer = string | Promise<string>;

/**
 * Does the work of an effect and returns the answer. It neither throws nor rejects: `failed` makes
 * the answer of any error.
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

/** The text of an error, on one line and without the parts that `censor` removes. */
export function describe(error: unknown, censor = (text: string) => text): string {
  let text = "something that is no Error was thrown";
  try {
    if (isError(error)) {
      text = String(error.message || error.name);
    } else if (typeof error === "string") {
      text = error;
    }
  } catch {
    // The members of this error throw, so it has no text.
  }
  return censor(text).replace(/\s+/g, " ").slice(0, MAX_DESCRIPTION);
}
