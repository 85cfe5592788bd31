// Mails as paragraphs: both plain text and HTML are made of them.

import { escapeHTML, escapeURL } from "./escape.js";
import { type Part, parse, plain } from "./pattern.js";
import { holdsURL, type Values } from "./values.js";

/** A part of a paragraph: a URL, or other text. */
interface Segment {
  url: boolean;
  parts: Part[];
}

/** Text and URLs. */
export type Paragraph = readonly Segment[];

/** One or more paragraphs, with the placeholders in them. */
interface Alternative {
  names: readonly string[];
  paragraphs: readonly Paragraph[];
}

/** Alternatives: the first one whose placeholders all have values is used, or none. */
export type Block = readonly Alternative[];

/** Parses the alternatives of a block. */
export function parseBlock(sources: readonly string[]): Block {
  return sources.map((source) => {
    const all = source.split("\n\n").map(parse);
    const names = all.flat().flatMap(({ name }) => name || []);
    return { names, paragraphs: all.map(segments) };
  });
}

/** The paragraphs of a mail. */
export function paragraphsOf(blocks: readonly Block[], values: Values): Paragraph[] {
  return blocks.flatMap((block) => block.find(({ names }) => names.every((name) => values[name]))?.paragraphs ?? []);
}

/**
 * Finds the URLs of a paragraph: what begins with https:// or http://, or with a placeholder that
 * stands for a URL, and goes on to the next space. A value of any other placeholder never begins a
 * URL: users choose their names.
 */
function segments(parts: readonly Part[]): Paragraph {
  const found: Segment[] = [];
  const add = (url: boolean, part: Part) => {
    const last = found.at(-1);
    if (last?.url === url) {
      last.parts.push(part);
    } else {
      found.push({ url, parts: [part] });
    }
  };
  let inURL = false;
  for (const [i, part] of parts.entries()) {
    if (part.name !== "") {
      inURL ||= holdsURL(part.name);
      add(inURL, part);
      continue;
    }
    let rest = part.literal;
    while (rest !== "") {
      const length = inURL ? endOfURL(rest, i === parts.length - 1) : startOfURL(rest);
      if (length > 0) {
        add(inURL, { literal: rest.slice(0, length), name: "" });
      }
      rest = rest.slice(length);
      if (rest !== "") {
        inURL = !inURL;
      }
    }
  }
  return found;
}

/** Where a URL begins in a literal: at its end, if there is none. */
function startOfURL(literal: string): number {
  const at = literal.search(/https?:\/\//);
  return at < 0 ? literal.length : at;
}

/**
 * Where a URL ends in a literal. A mark at its end belongs to the sentence. Unless the literal is
 * the last one, the URL may go on after it.
 */
function endOfURL(literal: string, last: boolean): number {
  const end = literal.search(/[\0- <>"'()（）。、]/);
  if (end < 0 && !last) {
    return literal.length;
  }
  return literal.slice(0, end < 0 ? literal.length : end).replace(/[.,;:!?]+$/, "").length;
}

/** Writes paragraphs as plain text. */
export function textOf(paragraphs: readonly Paragraph[], values: Values): string {
  const texts = paragraphs.map((paragraph) => paragraph.map((segment) => segmentText(segment, values)).join(""));
  return `${texts.join("\n\n")}\n`;
}

function segmentText({ url, parts }: Segment, values: Values): string {
  if (!url) {
    return plain(parts, values);
  }
  const text = ({ literal, name }: Part) => {
    const value = values[name] ?? "";
    return literal + (holdsURL(name) ? value : escapeURL(value));
  };
  return parts.map(text).join("");
}

/** Writes paragraphs as HTML. */
export function htmlOf(paragraphs: readonly Paragraph[], values: Values, labels: Values): string {
  return paragraphs.map((paragraph) => `<p>${paragraphHTML(paragraph, values, labels)}</p>`).join("\n");
}

/** Writes a paragraph. A link alone becomes a button, and a token alone a code. */
function paragraphHTML(paragraph: Paragraph, values: Values, labels: Values): string {
  const [only, ...more] = paragraph.flatMap(({ parts }) => parts);
  if (only !== undefined && more.length === 0) {
    const value = escapeHTML(values[only.name] ?? "");
    const label = labels[only.name];
    if (label) {
      return `<a class="button" href="${value}">${escapeHTML(label)}</a>`;
    }
    if (only.name === "token") {
      return `<code>${value}</code>`;
    }
  }
  const html = (segment: Segment) => {
    const text = escapeHTML(segmentText(segment, values));
    return (segment.url ? `<a href="${text}">${text}</a>` : text).replaceAll("\n", "<br>\n");
  };
  return paragraph.map(html).join("");
}
