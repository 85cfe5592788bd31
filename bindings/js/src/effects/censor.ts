// Removes secrets from errors of services before the operator sees them.

import type { ServicePayload } from "../services.js";

const REDACTED = "[redacted]";

/** A regular expression that matches nothing. */
const NOTHING = "(?!)";

/**
 * Removes from a text what a service was called with: the password, the token and addresses
 * anywhere, names as whole words.
 */
export function censor(text: string, body: string): string {
  const { data } = JSON.parse(body) as ServicePayload;
  const {
    password,
    token,
    sign_up_confirm_token,
    to,
    email,
    cc,
    bcc,
    username,
    display_name,
    first_name,
    middle_name,
    last_name,
  } = data as unknown as Record<string, unknown>;
  const anywhere = anyOf([password, token, sign_up_confirm_token, to, email, cc, bcc]);
  const names = anyOf([username, display_name, first_name, middle_name, last_name]);
  return text
    .replace(new RegExp(anywhere, "giu"), REDACTED)
    .replace(new RegExp(`(^|[^\\p{L}\\p{N}])${names}(?![\\p{L}\\p{N}])`, "giu"), `$1${REDACTED}`);
}

/** A regular expression for each of these that is a text, the longest first: one may begin with another. */
function anyOf(values: unknown[]): string {
  const texts = values.flat().filter((value): value is string => typeof value === "string" && value !== "");
  const sorted = texts.sort((a, b) => b.length - a.length).map(escaped);
  return sorted.length === 0 ? NOTHING : `(?:${sorted.join("|")})`;
}

/** A regular expression for a text. */
function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}
