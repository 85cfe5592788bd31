// The texts of status codes, of which a page loads only the language that it needs.

import type { Catalogue } from "../messages/catalogue.js";
import { type Language, languageFor } from "../messages/language.js";

const LOADERS: Readonly<Record<Language, () => Promise<Catalogue>>> = {
  en: () => import("../messages/en.js").then(({ en }) => en),
  de: () => import("../messages/de.js").then(({ de }) => de),
  es: () => import("../messages/es.js").then(({ es }) => es),
  fr: () => import("../messages/fr.js").then(({ fr }) => fr),
  ja: () => import("../messages/ja.js").then(({ ja }) => ja),
  pl: () => import("../messages/pl.js").then(({ pl }) => pl),
  "pt-BR": () => import("../messages/pt-br.js").then(({ ptBR }) => ptBR),
};

/**
 * Loads the texts in the best of the preferred languages: tags in order, such as `navigator.languages`, or one of them.
 * Bundlers put each language into a file of its own, and only that one is fetched.
 */
export function loadTexts(preferred: string | readonly string[] | null | undefined): Promise<Catalogue> {
  return LOADERS[languageFor(preferred)]();
}
