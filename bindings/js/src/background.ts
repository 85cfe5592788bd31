// What all work in the background needs: time, and somebody to tell of failures.

import type { Result } from "./result.js";

/** Lets everything else go first, timers and input as well. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

/** Sets a timer. Where a timer can keep a process alive, this one does not. */
export function later(work: () => void, ms: number): ReturnType<typeof setTimeout> {
  const timer = setTimeout(work, ms);
  (timer as { unref?: () => void }).unref?.();
  return timer;
}

/** Tells of what was thrown; `otherwise` says so where that is no Error. */
export function tell(onFault: (error: Error) => void, error: unknown, otherwise: string): void {
  try {
    onFault(error instanceof Error ? error : new Error(otherwise));
  } catch {
    // Whoever listens cannot be told of failures of their own.
  }
}

/** An answer, of which a refusal is thrown: there is nobody else to be told. */
export function insist<Answer extends Result>(operation: string, answer: Answer): Answer & { ok: true } {
  if (!answer.ok) {
    throw new Error(`${operation}: refused (${answer.subStatus.join(", ")})`);
  }
  return answer as Answer & { ok: true };
}
