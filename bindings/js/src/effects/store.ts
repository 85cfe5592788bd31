// The effects kv_get, kv_commit and kv_scan: checks the answers of the caller's store before the
// core relies on them.

import { kindOf } from "../misuse.js";
import { isError } from "../realm.js";
import type { Batch, Entry, Store, Value } from "../store.js";
import { type Answer, answer } from "./answer.js";

export function get(store: Store, request: { keys: string[] }): Answer {
  return answer(
    () => store.get(request.keys),
    (values) => {
      if (!Array.isArray(values) || values.length !== request.keys.length) {
        throw new TypeError(`store.get must return a list with one value for each key, not ${lengthOr(values)}`);
      }
      return { values: values.map((value: Value | null | undefined) => (value ? checkedValue(value, "get") : null)) };
    },
  );
}

export function commit(store: Store, request: Partial<Batch>): Answer {
  const batch: Batch = { checks: request.checks ?? [], puts: request.puts ?? [], deletes: request.deletes ?? [] };
  return answer(
    () => store.commit(batch),
    (applied) =>
      typeof applied === "boolean"
        ? { applied }
        : { unknown: `store.commit must return true or false, whether it applied, and not ${kindOf(applied)}` },
    (why, error) => {
      switch (nameOf(error)) {
        case "ConflictError":
          return { applied: false };
        case "UnknownOutcomeError":
          return { unknown: why };
        default:
          return { error: why };
      }
    },
  );
}

export function scan(store: Store, request: { prefix: string; after: string; limit: number }): Answer {
  return answer(
    () => store.scan(request.prefix, request.after, request.limit),
    (entries) => {
      if (!Array.isArray(entries) || entries.length > request.limit) {
        throw new TypeError(
          `store.scan must return a list of at most ${request.limit} entries, as the limit says, not ${lengthOr(entries)}`,
        );
      }
      return { entries: entries.map(entryOf) };
    },
  );
}

/** What a store returned in place of a list of the right length. */
function lengthOr(values: unknown): string {
  return Array.isArray(values) ? `one of ${values.length}` : kindOf(values);
}

function entryOf(entry: Entry): Entry {
  if (typeof entry?.key !== "string") {
    throw new TypeError("store.scan must return entries with a key");
  }
  return { key: entry.key, ...checkedValue(entry, "scan") };
}

function checkedValue(value: Value, method: string): Value {
  const { version, data } = value;
  if (typeof version !== "string" || !/^[\x20-\x7e]{1,64}$/.test(version) || typeof data !== "string") {
    throw new TypeError(`store.${method} must return values with a version of 1 to 64 ASCII characters and data`);
  }
  return { version, data };
}

/**
 * The name of an error. It tells the errors of a commit apart rather than their
 * class does: an application may hold this package twice, and taking an unknown
 * outcome of the other one for a failure would be wrong.
 */
function nameOf(error: unknown): string {
  return isError(error) ? error.name : "";
}
