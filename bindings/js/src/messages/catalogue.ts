// Catalogues of messages, and how to find texts in them.

import type { KnownStatusCode, StatusCode } from "../result.js";

/**
 * A text for each status code, for users; `other` is for codes of validation services. To change
 * some of them, spread it: `{ ...en, E001002: "Sorry, somebody was faster." }`.
 */
export type Catalogue = Readonly<Record<KnownStatusCode | "other", string>> & {
  /** The language of the texts, as BCP 47 has it: for `lang` in a page, and Content-Language. */
  readonly language: string;
};

/** The text for a status code. */
export function messageFor(code: StatusCode, catalogue: Catalogue): string {
  return Object.hasOwn(catalogue, code) && code !== "language" ? catalogue[code as KnownStatusCode] : catalogue.other;
}

/** The texts for the codes of a refusal, or for the warnings of verify, in their order. */
export function messagesFor(codes: readonly StatusCode[], catalogue: Catalogue): string[] {
  return [...new Set(codes.map((code) => messageFor(code, catalogue)))];
}
