// The configuration, which is in two files: one that pages get as well, and one
// that they do not.

import { readFileSync } from "node:fs";

const read = (name: string): string => readFileSync(new URL(`../conf/${name}`, import.meta.url), "utf8");

/** The rules of what may be typed: nothing secret. */
export const rules = read("rules.conf");

/** All of it, for the server. */
export const conf = together(rules, read("server.conf"));

/** Puts files together: a section may be in several, but the engine wants it once. */
function together(...files: string[]): string {
  const sections = new Map<string, string[]>();
  for (const file of files) {
    let lines: string[] = [];
    for (const line of file.split("\n")) {
      if (/^\[\w+\]$/.test(line)) {
        lines = sections.get(line) ?? [];
        sections.set(line, lines);
      } else {
        lines.push(line);
      }
    }
  }
  return [...sections].map(([name, lines]) => [name, ...lines].join("\n")).join("\n");
}
