// Texts for status codes in several languages, the word and the field of each, and the HTTP status. Bundlers
// keep only the catalogues that are imported by name; catalogueFor uses all.

import type { Catalogue } from "./catalogue.js";
import { de } from "./de.js";
import { en } from "./en.js";
import { es } from "./es.js";
import { fr } from "./fr.js";
import { ja } from "./ja.js";
import { pl } from "./pl.js";
import { ptBR } from "./pt-br.js";

export { type Reason, type ReasonCodes, reasonOf } from "../reason.js";
export { type Catalogue, messageFor, messagesFor } from "./catalogue.js";
export { type Field, fieldOf } from "./field.js";
export { type HttpStatus, httpStatusOf } from "./http-status.js";
export { de, en, es, fr, ja, pl, ptBR };

/** The languages that there are, as BCP 47 has them. */
export type Language = "de" | "en" | "es" | "fr" | "ja" | "pl" | "pt-BR";

const CATALOGUES: Readonly<Record<Language, Catalogue>> = { en, de, es, fr, ja, pl, "pt-BR": ptBR };

/** The languages that there are, English first. */
export const languages = /* @__PURE__ */ Object.keys(CATALOGUES) as readonly Language[];

/**
 * The catalogue for preferred languages: an Accept-Language header, one tag, or tags in order, such
 * as `navigator.languages`. English, if there is none of them. Its member `language` is the
 * language found.
 */
export function catalogueFor(preferred: string | readonly string[] | null | undefined): Catalogue {
  const header = typeof preferred === "string" ? preferred : (preferred ?? []).join(",");
  for (const tag of inOrder(header)) {
    const primary = tag.split("-")[0];
    const exact = languages.find((language) => language.toLowerCase() === tag);
    const found = exact ?? languages.find((language) => language.split("-")[0] === primary);
    if (found) {
      return CATALOGUES[found];
    }
  }
  return en;
}

/** The tags of an Accept-Language header in lower case, the most wanted first. */
function inOrder(header: string): string[] {
  return header
    .split(",")
    .map((range) => {
      const [tag = "", ...parameters] = range.split(";").map((part) => part.trim().toLowerCase());
      const quality = parameters.find((parameter) => parameter.startsWith("q="))?.slice(2);
      return { tag, quality: quality === undefined ? 1 : Number(quality) };
    })
    .filter(({ quality }) => quality > 0)
    .sort((a, b) => b.quality - a.quality)
    .map(({ tag }) => tag);
}
