// The values of placeholders.

/** Values by placeholder; "" for none. */
export type Values = Readonly<Record<string, string>>;

/** Whether a placeholder holds a whole URL, which needs no more escaping in one. */
export function holdsURL(name: string): boolean {
  return name === "link" || name === "signup_link" || name === "public_url";
}

/** Controls, separators of lines and paragraphs, and controls of the direction of text. */
const UNPRINTABLE = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;
const EACH_UNPRINTABLE = new RegExp(UNPRINTABLE, "gu");

/** Whether text has a character that is not shown, or turns the text around it. */
export function hasUnprintable(text: string): boolean {
  return UNPRINTABLE.test(text);
}

/**
 * A value on one line, without what is not shown or turns the text around it: a line break could
 * begin a header, and U+202E reverses what follows.
 */
export function printable(value: string): string {
  const line = value.replace(/\p{Cs}/gu, "\ufffd").replace(EACH_UNPRINTABLE, " ");
  let start = 0;
  let end = line.length;
  while (start < end && line[start] === " ") {
    start++;
  }
  while (end > start && line[end - 1] === " ") {
    end--;
  }
  return line.slice(start, end);
}
