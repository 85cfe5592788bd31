// Addresses. What could smuggle something into a header is invalid.

import { hasUnprintable } from "./values.js";

/** An address with the name of its owner, "" for none. */
export interface Address {
  name: string;
  /** The domain in ASCII. */
  address: string;
}

// Bounds of an address (RFC 5321, section 4.5.3.1) and of a name, in bytes.
const MAX_ADDRESS = 254;
const MAX_LOCAL = 64;
const MAX_NAME = 256;
// Bounds of a domain and of its labels (RFC 1035).
const MAX_DOMAIN = 253;
const MAX_LABEL = 63;

const encoder = /* @__PURE__ */ new TextEncoder();
const bytes = (text: string): number => encoder.encode(text).length;
const trim = (text: string): string => text.replace(/^\p{White_Space}+/u, "").replace(/\p{White_Space}+$/u, "");

/** An address, or why it is none. Reasons do not quote what they are about. */
export type Parsed<Value> = { ok: true; value: Value } | { ok: false; reason: string };

const NO_ADDRESS = { ok: false, reason: "is not an address" } as const;
const WRONG_NAME = {
  ok: false,
  reason: "has a name with a quote, an angle bracket or a control character",
} as const;

/**
 * Reads the address of a sender or of a copy: `name <address>`, `"name" <address>` or an address.
 * Other forms of RFC 5322, such as comments, are invalid.
 */
export function parseAddress(text: string): Parsed<Address> {
  let name = "";
  let address = trim(text);
  if (address.endsWith(">")) {
    const at = address.indexOf("<");
    if (at < 0) {
      return NO_ADDRESS;
    }
    name = trim(address.slice(0, at));
    address = address.slice(at + 1, -1);
    if (name.length >= 2 && name.startsWith('"') && name.endsWith('"')) {
      name = name.slice(1, -1);
    }
  }
  if (bytes(name) > MAX_NAME || /["<>\\\p{Cs}]/u.test(name) || hasUnprintable(name)) {
    return WRONG_NAME;
  }
  const checked = checkAddress(address);
  return checked.ok ? { ok: true, value: { name, address: checked.value } } : checked;
}

/**
 * An address with its domain in ASCII. The local part must be a dot-atom (RFC 5321), which may have
 * letters beyond ASCII (RFC 6531): the core accepts no others either.
 */
export function checkAddress(address: string): Parsed<string> {
  const [local = "", domain = "", ...more] = address.split("@");
  if (more.length > 0 || !DOT_ATOM.test(local) || bytes(local) > MAX_LOCAL) {
    return NO_ADDRESS;
  }
  const ascii = domainToASCII(domain);
  if (ascii === undefined || bytes(local) + 1 + ascii.length > MAX_ADDRESS) {
    return NO_ADDRESS;
  }
  return { ok: true, value: `${local}@${ascii}` };
}

const ATOM = "(?:[A-Za-z0-9!#$%&'*+\\-/=?^_`{|}~]|(?![\\0-\\x7f])[\\p{L}\\p{M}\\p{N}\\p{P}\\p{S}])+";
const DOT_ATOM = /* @__PURE__ */ new RegExp(`^${ATOM}(?:\\.${ATOM})*$`, "u");

/** A domain in punycode and lower case, without a dot at its end. */
function domainToASCII(domain: string): string | undefined {
  let ascii = domain.toLowerCase();
  if (!/^[a-z0-9.-]*$/.test(ascii) || /(^|\.)xn--/.test(ascii)) {
    ascii = hostOf(domain) ?? "";
  }
  const labels = ascii.split(".");
  const isRight = (label: string) => /^[a-z0-9-]+$/.test(label) && label.length <= MAX_LABEL;
  return ascii.length <= MAX_DOMAIN && labels.every(isRight) ? ascii : undefined;
}

/** A domain as URLs have it: that is the conversion that every platform knows. */
function hostOf(domain: string): string | undefined {
  if (/[\0-,/:-@[-`{-\x7f]/.test(domain)) {
    return undefined;
  }
  try {
    // With one more label, digits are no IPv4 address. The capital sharp s is the small one, as in the core.
    const { hostname } = new URL(`https://${domain.replaceAll("ẞ", "ß")}.test`);
    return hostname.endsWith(".test") ? hostname.slice(0, -".test".length) : undefined;
  } catch {
    return undefined;
  }
}

/** The domain of an address. */
export function domainOf(address: string): string {
  return address.slice(address.lastIndexOf("@") + 1);
}

/** An address as mail programs and services read it: `"name" <address>`, or the address alone. */
export function written({ name, address }: Address): string {
  return name === "" ? address : `"${name}" <${address}>`;
}
