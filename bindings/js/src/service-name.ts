// Which services a configuration can name. The core (signup/ssoconf) has the same rules, and stricter ones for hosts.

import { isURL } from "./services.js";

/** The most bytes of the name and of the URL of a service. */
const MAX_NAME = 128;
const MAX_URL = 2048;

/**
 * What is wrong with a service that a configuration may name, "" if nothing is. It does not repeat
 * the service: a URL may hold a secret. Which hosts may have http depends on the configuration.
 */
export function serviceProblem(service: string): string {
  if (typeof service !== "string" || service === "") {
    return "is empty";
  }
  return isURL(service) ? urlProblem(service) : nameProblem(service);
}

function nameProblem(name: string): string {
  if (name.includes("://")) {
    return "is a URL of a kind that cannot be called: begin it with https://";
  }
  if (new TextEncoder().encode(name).length > MAX_NAME) {
    return `is longer than the ${MAX_NAME} bytes that a name may have`;
  }
  // A space is possible in the name of an SMTP connection.
  return /[\p{C}\p{Z}]/u.test(name.replaceAll(" ", "_")) ? "contains white space or an unprintable character" : "";
}

function urlProblem(url: string): string {
  if (url.length > MAX_URL) {
    return `is longer than the ${MAX_URL} bytes that a URL may have`;
  }
  if (!/^[!#-;=?-[\]_a-z~]+$/.test(url) || /%(?![0-9A-Fa-f]{2})/.test(url)) {
    return "contains a character that a URL cannot have";
  }
  const [, authority = ""] = /^https?:\/\/([^/?#]*)/i.exec(url) ?? [];
  if (authority.includes("@")) {
    return "names a user in the URL: remove what comes before the @";
  }
  if (url.includes("#")) {
    return "has a fragment, which is never sent: remove the # and what follows";
  }
  if (authority === "" || !URL.canParse(url)) {
    return "has no valid host";
  }
  return "";
}
