// The limits of the contract. Every store of this package checks them before it does any work, so
// that all of them refuse the same calls.

import type { Batch } from "../store.js";
import { StoreError } from "./errors.js";

export const MAX_GET_KEYS = 10;
export const MAX_CHECKS = 10;
export const MAX_CHANGES = 40; // puts and deletes, together
export const MAX_KEY_BYTES = 1 << 10;
export const MAX_VALUE_BYTES = 64 << 10;
export const MAX_BATCH_BYTES = 256 << 10; // of all keys and values
export const MAX_SCAN_LIMIT = 1000;

/** Refuses more keys than a get may have, or an invalid key. */
export function checkKeys(keys: readonly string[]): void {
  bound(keys.length, MAX_GET_KEYS, "keys in a get");
  keys.forEach((key, i) => {
    checkKey("key", i, key);
  });
}

/** Refuses a limit that a scan cannot have. */
export function checkScan(limit: number): void {
  if (!Number.isInteger(limit) || limit < 0) {
    throw misuse("the limit of a scan is no whole number from 0");
  }
  bound(limit, MAX_SCAN_LIMIT, "entries in a scan");
}

/**
 * Refuses a batch that exceeds the limits, changes a key twice, or contains an invalid key or
 * value. Errors name a place in the batch, never its content.
 */
export function checkBatch(batch: Batch): void {
  bound(batch.checks.length, MAX_CHECKS, "checks in a commit");
  bound(batch.puts.length + batch.deletes.length, MAX_CHANGES, "changes in a commit");
  let size = 0;
  const changed = new Set<string>();
  const change = (what: string, i: number, key: string): void => {
    size += checkKey(what, i, key);
    if (changed.has(key)) {
      throw misuse(`${what} ${i} changes a key that the batch changes already`);
    }
    changed.add(key);
  };
  batch.checks.forEach(({ key }, i) => {
    size += checkKey("check", i, key);
  });
  batch.puts.forEach(({ key, data }, i) => {
    change("put", i, key);
    const bytes = utf8Length(data);
    if (bytes === undefined) {
      throw misuse(`put ${i} has a value with a lone surrogate, which is not text`);
    }
    if (bytes > MAX_VALUE_BYTES) {
      throw misuse(`put ${i} has a value longer than ${MAX_VALUE_BYTES} bytes`);
    }
    size += bytes;
  });
  batch.deletes.forEach((key, i) => {
    change("delete", i, key);
  });
  bound(size, MAX_BATCH_BYTES, "bytes in a commit");
}

/** Refuses an invalid key; returns its length in bytes. */
function checkKey(what: string, i: number, key: string): number {
  const bytes = utf8Length(key);
  if (key === "") {
    throw misuse(`${what} ${i} has an empty key`);
  }
  if (bytes === undefined) {
    throw misuse(`${what} ${i} has a key with a lone surrogate, which is not text`);
  }
  if (bytes > MAX_KEY_BYTES) {
    throw misuse(`${what} ${i} has a key longer than ${MAX_KEY_BYTES} bytes`);
  }
  if (key.includes("\0")) {
    throw misuse(`${what} ${i} has a key with a NUL in it`);
  }
  return bytes;
}

/** The length of a text in UTF-8; undefined if surrogates in it are no pairs. */
function utf8Length(text: string): number | undefined {
  let bytes = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) {
      bytes += 1;
    } else if (unit < 0x800) {
      bytes += 2;
    } else if (unit < 0xd800 || unit > 0xdfff) {
      bytes += 3;
    } else {
      const next = text.charCodeAt(++i); // NaN at the end
      if (unit > 0xdbff || !(next >= 0xdc00 && next <= 0xdfff)) {
        return undefined;
      }
      bytes += 4;
    }
  }
  return bytes;
}

function bound(n: number, most: number, what: string): void {
  if (n > most) {
    throw misuse(`${n} ${what}, at most ${most} are allowed`);
  }
}

function misuse(message: string): StoreError {
  return new StoreError("misuse", message);
}
