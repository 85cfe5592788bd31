// Where links in mails lead.

import { need } from "../misuse.js";

/** A checked URL without a slash at its end, and its host; both "" for no URL. */
export interface PublicURL {
  url: string;
  host: string;
}

/** Throws a TypeError unless links may lead there. */
export function checkPublicURL(text: string): PublicURL {
  if (text === "") {
    return { url: "", host: "" };
  }
  const [, scheme = "", authority = ""] = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]+)/i.exec(text) ?? [];
  need(
    authority !== "" && parses(text) && !/%(?![0-9a-f]{2})/i.test(text),
    "publicUrl: is not a URL such as https://example.com",
  );
  need(!authority.includes("@") && !/[?#]/.test(text), "publicUrl: must have no user, query or fragment");
  const host = authority.replace(/:\d*$/, "").replace(/^\[(.*)\]$/, "$1");
  const isHTTP = scheme.toLowerCase() === "http" && isLoopback(host);
  need(isHTTP || scheme.toLowerCase() === "https", "publicUrl: must be https, except on loopback");
  need(
    /^[!-~]+$/.test(text) && !/["'<>\\^`{|}]/.test(text),
    "publicUrl: must be written in ASCII: a domain in punycode, a path with percent signs",
  );
  return { url: text.replace(/\/+$/, ""), host };
}

function parses(text: string): boolean {
  try {
    return new URL(text).protocol !== "";
  } catch {
    return false;
  }
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127(\.\d{1,3}){3}$/.test(host);
}
