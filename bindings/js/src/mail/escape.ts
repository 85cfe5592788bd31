// Escaping for the contexts that mails have.

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&#34;",
  "'": "&#39;",
};

/** Escapes a value for text in HTML and for quoted attributes. */
export function escapeHTML(value: string): string {
  return value.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? "");
}

/** Escapes a value for a part of a URL: all but the unreserved characters of RFC 3986. */
export function escapeURL(value: string): string {
  return encodeURIComponent(value).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** Escapes a value for the query of a URL, in which a plus is a space. */
export function escapeQuery(value: string): string {
  return escapeURL(value.replace(/\p{Cs}/gu, "\ufffd")).replaceAll("%20", "+");
}
