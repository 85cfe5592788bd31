// The texts of mails in one language each, and the HTML around them.

import { escapeHTML } from "./escape.js";
import { type Block, parseBlock } from "./paragraphs.js";
import { type Part, parse, plain } from "./pattern.js";
import texts from "./texts.js";
import type { Values } from "./values.js";

/** The JSON of a catalogue. */
export interface CatalogueFile {
  /** As BCP 47 has it. */
  language: string;
  /** The direction of the script, as in HTML's dir. */
  direction: string;
  /** The twelve, as in a date. */
  months: readonly string[];
  /** A day, of {d}, {month} and {yyyy}. */
  day: string;
  /** A time, of {day}, {hh} and {mm}. */
  time: string;
  /** The labels of buttons, by placeholder. */
  labels: Readonly<Record<string, string>>;
  /** By kind; a block is a text, or a list of alternatives. */
  mails: Readonly<Record<string, { subject: string; body: readonly (string | readonly string[])[] }>>;
}

/** A catalogue, and how to write times with it, in UTC. */
export class Catalogue {
  readonly language: string;
  readonly direction: string;
  readonly labels: Values;
  readonly #file: CatalogueFile;
  readonly #mails = new Map<string, { subject: Part[]; blocks: Block[] }>();

  constructor(file: CatalogueFile) {
    this.#file = file;
    this.language = file.language;
    this.direction = file.direction;
    this.labels = file.labels;
    for (const [kind, { subject, body }] of Object.entries(file.mails)) {
      this.#mails.set(kind, { subject: parse(subject), blocks: body.map((block) => parseBlock([block].flat())) });
    }
  }

  /** The mail of a kind. */
  mail(kind: string): { subject: readonly Part[]; blocks: readonly Block[] } | undefined {
    return this.#mails.get(kind);
  }

  /** Writes a day. */
  day(time: Date): string {
    return plain(parse(this.#file.day), {
      d: String(time.getUTCDate()),
      month: this.#file.months[time.getUTCMonth()] ?? "",
      yyyy: String(time.getUTCFullYear()),
    });
  }

  /** Writes a time. */
  time(time: Date): string {
    const two = (n: number) => String(n).padStart(2, "0");
    return plain(parse(this.#file.time), {
      day: this.day(time),
      hh: two(time.getUTCHours()),
      mm: two(time.getUTCMinutes()),
    });
  }
}

/** The languages that there are, English first. */
export const languages: readonly string[] = /* @__PURE__ */ Object.keys(texts.catalogues);

/** Those that were needed so far. */
const parsed = new Map<string, Catalogue>();

/** The catalogue of a language. */
export function catalogueOf(language: string): Catalogue {
  let catalogue = parsed.get(language);
  if (catalogue === undefined) {
    catalogue = new Catalogue(texts.catalogues[language] as CatalogueFile);
    parsed.set(language, catalogue);
  }
  return catalogue;
}

/** The language for a tag, such as "de-AT" or "pt_BR". */
export function matchLanguage(given: string): string | undefined {
  const tag = given.trim().replaceAll("_", "-").toLowerCase();
  const primary = tag.split("-")[0];
  return (
    languages.find((language) => language.toLowerCase() === tag) ??
    languages.find((language) => language.split("-")[0] === primary)
  );
}

/** Puts the HTML of paragraphs into the layout, and escapes the other values as text. */
export function inLayout(content: string, values: Values): string {
  // Braces of the style have spaces after them.
  return texts.layout.replace(/\{([a-z_]+)\}/g, (_, name: string) =>
    name === "content" ? content : escapeHTML(values[name] ?? ""),
  );
}
