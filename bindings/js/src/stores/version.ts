// The versions of values in stores that keep them in a column. Hashes are the same as in the Go
// stores, so that programs in both languages may share a database.

import { encodeBase64url } from "../base64url.js";
import { randomBytes } from "../effects/entropy.js";
import type { Batch } from "../store.js";

/**
 * How many bytes of SHA-256 a version has: 192 bits, so that nobody can choose two values that
 * collide.
 */
const VERSION_BYTES = 24;

/** Returns the version of a value, given the SHA-256 of the value. */
export function versionFrom(hash: Uint8Array): string {
  return encodeBase64url(hash.subarray(0, VERSION_BYTES));
}

/** How many random bytes the versions of one source have, so that no other source, earlier or elsewhere, has the same. */
const SOURCE_BYTES = 16;

/** A source of versions that never recur: they cost less than a hash of each value. */
export function newVersions(): () => string {
  const source = encodeBase64url(randomBytes(SOURCE_BYTES));
  let last = 0;
  return () => `${source}${(++last).toString(36)}`;
}

/** A put with the version that its value has. */
export interface VersionedPut {
  key: string;
  version: string;
  data: string;
}

const encoder = new TextEncoder();

/** Gives the puts of a batch their versions, with Web Crypto. */
export function versioned(batch: Batch): Promise<VersionedPut[]> {
  return Promise.all(
    batch.puts.map(async ({ key, data }) => {
      const hash = await crypto.subtle.digest("SHA-256", encoder.encode(data));
      return { key, version: versionFrom(new Uint8Array(hash)), data };
    }),
  );
}
