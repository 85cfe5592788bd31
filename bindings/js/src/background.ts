// What all background work needs: time, and a listener for failures.

import { isError } from "./realm.js";
import type { Result } from "./result.js";

/** Lets all other work go first, including timers and input, for some milliseconds. */
export function turn(ms = 0): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Sets a timer that does not keep the process alive. */
export function later(work: () => void, ms: number): ReturnType<typeof setTimeout> {
  const timer = setTimeout(work, ms);
  (timer as { unref?: () => void }).unref?.();
  return timer;
}

/** Reports a thrown value; `otherwise` is the message if it is not an Error. */
export function tell(onFault: (error: Error) => void, error: unknown, otherwise: string): void {
  try {
    onFault(isError(error) ? error : new Error(otherwise));
  } catch {
    // Failures of the listener itself cannot be reported.
  }
}

/** Returns an answer, and throws a refusal, since nobody else would see it. */
export function insist<Answer extends Result>(operation: string, answer: Answer): Answer & { ok: true } {
  if (!answer.ok) {
    throw new Error(`${operation}: refused (${answer.subStatus.join(", ")})`);
  }
  return answer as Answer & { ok: true };
}
