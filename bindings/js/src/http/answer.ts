// What anybody may learn of an answer of the engine, and how it is sent.

import { BUSY } from "../errors.js";
import { httpStatusOf } from "../messages/http-status.js";
import type { Strength } from "../responses.js";
import type { Result, StatusCode } from "../result.js";
import type { PublicOperation } from "./limits.js";

/** The body of an answer. */
export interface AnswerBody {
  cid: string;
  status: "ok" | "error";
  sub_status?: readonly StatusCode[];
  field?: string;
  message?: string;
  retry_after?: number;
  strength?: Strength;
}

/** An answer. */
export interface Answer {
  status: number;
  body: AnswerBody;
}

/** The codes of used and unknown tokens, which nobody may distinguish. */
const CONFIRMED: StatusCode = "E005007";
const NO_SUCH_TOKEN: StatusCode = "E005006";

/** Refuses a request that did not reach the engine. */
export function refuse(status: number, code: StatusCode, message?: string, field?: string): Answer {
  return {
    status,
    body: {
      cid: newCID(),
      status: "error",
      sub_status: [code],
      ...(field === undefined ? {} : { field }),
      ...(message === undefined ? {} : { message }),
    },
  };
}

/** 24 hexadecimal digits, like those of the engine. */
function newCID(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Answers that there was no decision. */
export function undecided(code: string, cid = newCID()): Answer {
  return { status: code === BUSY ? 503 : 500, body: { cid, status: "error", sub_status: [code] } };
}

/**
 * Turns a result into an answer. Of what succeeded, only the cid is passed on, and how a password is rated: a token goes
 * out by mail alone.
 */
export function answerOf(operation: PublicOperation, result: Result, fieldOf: (name: string) => string): Answer {
  const { strength } = result as { strength?: Strength };
  const rated = operation === "validate" && strength !== undefined ? { strength } : {};
  if (result.ok) {
    return { status: 200, body: { cid: result.cid, status: "ok", ...rated } };
  }
  const { cid, field, message, retryAfter } = result;
  const subStatus = result.subStatus.map((code) => (code === CONFIRMED ? NO_SUCH_TOKEN : code));
  return {
    status: httpStatusOf(subStatus),
    body: {
      cid,
      status: "error",
      sub_status: subStatus,
      ...(field === undefined ? {} : { field: fieldOf(field) }),
      ...(message === undefined
        ? {}
        : { message: field === undefined ? (message.split(" at byte ")[0] ?? "") : message }),
      ...(retryAfter === undefined ? {} : { retry_after: retryAfter }),
      ...rated,
    },
  };
}
