// The languages that there are texts in, and which of them is preferred.

/** The languages that there are, as BCP 47 has them. */
export type Language = "de" | "en" | "es" | "fr" | "ja" | "pl" | "pt-BR";

/** The languages that there are, English first. */
export const languages: readonly Language[] = ["en", "de", "es", "fr", "ja", "pl", "pt-BR"];

/**
 * The language for preferred ones: an Accept-Language header, one tag, or tags in order, such as `navigator.languages`.
 * English, if there is none of them.
 */
export function languageFor(preferred: string | readonly string[] | null | undefined): Language {
  const header = typeof preferred === "string" ? preferred : (preferred ?? []).join(",");
  for (const tag of inOrder(header)) {
    const primary = tag.split("-")[0];
    const exact = languages.find((language) => language.toLowerCase() === tag);
    const found = exact ?? languages.find((language) => language.split("-")[0] === primary);
    if (found) {
      return found;
    }
  }
  return "en";
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
