// The verifier on histories made by hand, with data as versions.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Batch } from "@enrol-sso/enrol";
import type { Operation } from "./suite/history.js";
import { whole } from "./suite/subject.js";
import { verify } from "./suite/verify.js";

const LOST = Number.POSITIVE_INFINITY;

const asValue = (data: string) => (data === "" ? null : { version: data, data });

function get(begin: number, end: number, keys: string, ...data: string[]): Operation {
  return { kind: "get", begin, end, keys: [...keys], values: data.map(asValue) };
}

function commit(begin: number, end: number, batch: Partial<Batch>): Operation {
  return { kind: "commit", begin, end, batch: whole(batch), applied: true };
}

/** Commits key = data if the key has the version. */
function set(begin: number, end: number, key: string, version: string, data: string): Operation {
  return commit(begin, end, { checks: [{ key, version }], puts: [{ key, data }] });
}

function remove(begin: number, end: number, key: string, version: string): Operation {
  return commit(begin, end, { checks: [{ key, version }], deletes: [key] });
}

function refused(operation: Operation): Operation {
  return { ...operation, applied: false } as Operation;
}

function scan(begin: number, end: number, after: string, limit: number, found: Record<string, string>): Operation {
  const entries = Object.entries(found).map(([key, data]) => ({ key, version: data, data }));
  return { kind: "scan", begin, end, prefix: "", after, limit, entries };
}

/** Commits key if another key is still absent. */
function skew(begin: number, end: number, key: string, other: string): Operation {
  return commit(begin, end, { checks: [{ key: other, version: "" }], puts: [{ key, data: key }] });
}

const both = commit(1, 2, {
  puts: [
    { key: "a", data: "x" },
    { key: "b", data: "y" },
  ],
});
const [ax, by] = [set(1, 2, "a", "", "x"), set(3, 4, "b", "", "y")];

const serializable: Record<string, Operation[]> = {
  none: [],
  "one after the other": [ax, get(3, 4, "a", "x"), set(5, 6, "a", "x", "y"), get(7, 8, "a", "y")],
  "read before the answer": [set(1, 9, "a", "", "x"), get(2, 3, "a", ""), get(4, 5, "a", "x")],
  "a running chain": [set(1, 20, "a", "", "x"), get(2, 3, "a", "x"), set(4, 19, "a", "x", "y"), get(5, 6, "a", "y")],
  "a refusal between": [set(1, 9, "a", "", "x"), refused(set(2, 8, "a", "", "y")), get(10, 11, "a", "x")],
  "a refusal with no why": [refused(set(2, 3, "a", "never told", "y"))],
  "deleted and made again": [
    ...[ax, get(3, 4, "a", "x"), remove(5, 6, "a", "x"), set(7, 8, "a", "", "y"), get(9, 10, "a", "y")],
  ],
  "lost and applied": [set(1, LOST, "a", "", "x"), get(2, 3, "a", ""), get(4, 5, "a", "x")],
  "lost and not applied": [
    set(1, LOST, "a", "", "x"),
    get(2, 3, "a", ""),
    set(4, 5, "a", "", "y"),
    get(6, 7, "a", "y"),
  ],
  "lost and applied late": [
    ...[set(1, LOST, "a", "", "x"), set(2, 3, "a", "", "y"), get(4, 5, "a", "y")],
    ...[remove(6, 7, "a", "y"), get(8, 9, "a", "x")],
  ],
  "scan up to its limit": [ax, by, scan(5, 6, "", 1, { a: "x" }), scan(7, 8, "a", 5, { b: "y" })],
  "scan of one of two": [
    ax,
    set(3, 9, "b", "", "y"),
    scan(4, 5, "", 5, { a: "x" }),
    scan(6, 7, "", 5, { a: "x", b: "y" }),
  ],
  "readers agree on a race": [
    ...[set(1, 9, "a", "", "x"), set(2, 8, "b", "", "y"), get(3, 4, "ab", "x", ""), get(5, 6, "ab", "x", "y")],
  ],
};

const others: Record<string, Operation[]> = {
  "a value from nowhere": [get(1, 2, "a", "x")],
  "a value before its write": [get(1, 2, "a", "x"), set(3, 4, "a", "", "x")],
  "a stale read": [ax, get(3, 4, "a", "x"), set(5, 6, "a", "x", "y"), get(7, 8, "a", "x")],
  "a read that goes back": [set(1, 9, "a", "", "x"), get(2, 3, "a", "x"), get(4, 5, "a", "")],
  "an acknowledged write lost": [ax, get(3, 4, "a", "")],
  "a lost update": [
    ...[ax, set(3, 9, "a", "x", "y"), set(4, 8, "a", "x", "z"), get(10, 11, "a", "x"), get(12, 13, "a", "z")],
  ],
  "two creations": [set(1, 9, "a", "", "x"), set(2, 8, "a", "", "y")],
  "two deletions": [ax, get(3, 4, "a", "x"), remove(5, 9, "a", "x"), remove(6, 8, "a", "x")],
  "half of a batch": [both, get(3, 4, "ab", "x", "")],
  "half of a batch, scanned": [both, scan(3, 4, "", 9, { b: "y" })],
  "readers differ on a race": [
    ...[set(1, 9, "a", "", "x"), set(2, 8, "b", "", "y"), get(3, 6, "ab", "x", ""), get(4, 7, "ab", "", "y")],
  ],
  "write skew": [skew(1, 9, "a", "b"), skew(2, 8, "b", "a")],
  "a refusal without reason": [ax, get(3, 4, "a", "x"), refused(set(5, 6, "a", "x", "y"))],
  "a refusal without checks": [refused(both)],
  "refused yet applied": [ax, refused(set(3, 4, "a", "", "y")), get(5, 6, "a", "y")],
  "a scan with a hole": [ax, by, scan(5, 6, "", 9, { b: "y" })],
  "a scan cut short": [ax, by, scan(5, 6, "", 9, { a: "x" })],
  "a scan past its limit": [ax, by, scan(5, 6, "", 1, { a: "x", b: "y" })],
  "a scan of the deleted": [ax, get(3, 4, "a", "x"), remove(5, 6, "a", "x"), scan(7, 8, "", 9, { a: "x" })],
  "lost, applied twice": [set(1, LOST, "a", "", "x"), get(2, 3, "a", "x"), remove(4, 5, "a", "x"), get(6, 7, "a", "x")],
};

test("serializable histories pass", () => {
  for (const [name, operations] of Object.entries(serializable)) {
    assert.doesNotThrow(() => verify({ operations }), name);
  }
});

test("histories that are not serializable fail", () => {
  for (const [name, operations] of Object.entries(others)) {
    assert.throws(() => verify({ operations }), /no order of the calls explains/, name);
  }
});

test("wrong versions are found", () => {
  const told = (begin: number, version: string, data: string): Operation => ({
    ...{ kind: "get", begin, end: begin + 1, keys: ["a"], values: [{ version, data }] },
  });
  const again = [ax, told(3, "1", "x"), set(5, 6, "a", "1", "y"), told(7, "1", "y")];
  assert.throws(() => verify({ operations: again }), /recurred/);
  assert.throws(() => verify({ operations: [ax, told(3, "1", "x"), told(5, "2", "x")] }), /had the versions/);
});
