// The payload of a message, read without trust in its types: it may be JSON from elsewhere.

import { isObject } from "../misuse.js";
import { ServiceError } from "../service-error.js";
import type { MessagePayload } from "../services.js";

/** What a mail is made of. Members that are missing are "" or empty. */
export interface Message {
  timestamp: Date;
  kind: string;
  to: string;
  username: string;
  token: string;
  expires: Date | undefined;
  reason: string;
  from: string;
  cc: readonly string[];
  bcc: readonly string[];
  template: string;
  siteName: string;
  currentApp: string;
  locale: string;
}

/** Reads a payload. The errors do not quote it. */
export function readPayload(payload: MessagePayload): Message {
  const { type, timestamp, data } = members(payload);
  if (typeof type === "string" && type !== "" && type !== "user.message") {
    const reason = "the service of messages was called with another payload: the configuration names the wrong service";
    throw new ServiceError("refused", reason);
  }
  if (type !== "user.message") {
    throw unreadable();
  }
  const { kind, to, username, token, expires, reason, from, cc, bcc, template, ...more } = members(data ?? {});
  return {
    timestamp: time(timestamp) ?? fail(),
    kind: text(kind),
    to: text(to),
    username: text(username),
    token: text(token),
    expires: time(expires),
    reason: text(reason),
    from: text(from),
    cc: texts(cc),
    bcc: texts(bcc),
    template: text(template),
    siteName: text(more["site_name"]),
    currentApp: text(more["current_app"]),
    locale: text(more["locale"]),
  };
}

function unreadable(): ServiceError {
  return new ServiceError("refused", "the body of the call cannot be read");
}

function fail(): never {
  throw unreadable();
}

function members(value: unknown): Readonly<Record<string, unknown>> {
  return isObject(value) ? (value as Record<string, unknown>) : fail();
}

function text(value: unknown): string {
  const given = value ?? "";
  return typeof given === "string" ? given : fail();
}

function texts(value: unknown): string[] {
  const given = value ?? [];
  return Array.isArray(given) ? given.map(text) : fail();
}

const RFC3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

/** A time in the form of RFC 3339. */
function time(value: unknown): Date | undefined {
  if (value === undefined || value === null) {
    return undefined;
  }
  const at = new Date(typeof value === "string" && RFC3339.test(value) ? value : Number.NaN);
  return Number.isNaN(at.getTime()) ? fail() : at;
}
