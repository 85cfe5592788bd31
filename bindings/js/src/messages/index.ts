// Texts for status codes in several languages, the word and the field of each, and the HTTP status. Bundlers
// keep only the catalogues that are imported by name; catalogueFor uses all.

import type { Catalogue } from "./catalogue.js";
import { de } from "./de.js";
import { en } from "./en.js";
import { es } from "./es.js";
import { fr } from "./fr.js";
import { ja } from "./ja.js";
import { type Language, languageFor } from "./language.js";
import { pl } from "./pl.js";
import { ptBR } from "./pt-br.js";

export { type Reason, type ReasonCodes, reasonOf } from "../reason.js";
export { type Catalogue, messageFor, messagesFor } from "./catalogue.js";
export { type Field, fieldOf } from "./field.js";
export { type HttpStatus, httpStatusOf } from "./http-status.js";
export { type Language, languageFor, languages } from "./language.js";
export { de, en, es, fr, ja, pl, ptBR };

const CATALOGUES: Readonly<Record<Language, Catalogue>> = { en, de, es, fr, ja, pl, "pt-BR": ptBR };

/**
 * The catalogue for preferred languages: an Accept-Language header, one tag, or tags in order, such
 * as `navigator.languages`. English, if there is none of them. Its member `language` is the
 * language found.
 */
export function catalogueFor(preferred: string | readonly string[] | null | undefined): Catalogue {
  return CATALOGUES[languageFor(preferred)];
}
