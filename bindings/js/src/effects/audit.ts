// The effect audit: appends one event to the caller's trail.

import type { AuditEvent, AuditFunction } from "../audit.js";
import { type Answer, answer } from "./answer.js";

export function audit(append: AuditFunction, event: Omit<AuditEvent, "time">): Answer {
  return answer(
    () => append({ time: new Date().toISOString(), ...event }),
    () => ({}),
  );
}
