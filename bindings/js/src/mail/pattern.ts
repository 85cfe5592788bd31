// Templates: literals and placeholders, as in {name}, with {{ and }} for braces.

import type { Values } from "./values.js";

/** A literal, or a placeholder if it has a name. */
export interface Part {
  literal: string;
  name: string;
}

/** Splits a template into its parts. */
export function parse(source: string): Part[] {
  const parts: Part[] = [];
  let literal = "";
  const flush = () => {
    if (literal !== "") {
      parts.push({ literal, name: "" });
    }
    literal = "";
  };
  let at = 0;
  for (const match of source.matchAll(/\{\{|\}\}|\{([a-z_]+)\}/g)) {
    literal += source.slice(at, match.index);
    at = match.index + match[0].length;
    const name = match[1];
    if (name === undefined) {
      literal += match[0][0];
    } else {
      flush();
      parts.push({ literal: "", name });
    }
  }
  literal += source.slice(at);
  flush();
  return parts;
}

/** Parts with their values, for a context that needs no escaping. */
export function plain(parts: readonly Part[], values: Values): string {
  return parts.map(({ literal, name }) => literal + (values[name] ?? "")).join("");
}
