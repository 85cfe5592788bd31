// Everything public is documented: each exported declaration, and each member of
// one, has a comment in the types that are shipped. The entries of stores are left
// out: most of their exports describe drivers, which have their own documentation.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const home = new URL("../../", import.meta.url);
const { exports } = JSON.parse(readFileSync(new URL("package.json", home), "utf8")) as {
  exports: Record<string, string | { types: string }>;
};

/** The declarations that the entries lead to, directly or not. */
function declarations(): Map<string, string[]> {
  const found = new Map<string, string[]>();
  const visit = (url: URL) => {
    if (found.has(url.href)) {
      return;
    }
    const text = readFileSync(url, "utf8");
    found.set(url.href, text.split("\n"));
    for (const [, name = ""] of text.matchAll(/^export [^;]* from "(\.[^"]+)\.js";$/gm)) {
      visit(new URL(`${name}.d.ts`, url));
    }
  };
  for (const [entry, conditions] of Object.entries(exports)) {
    if (typeof conditions === "object" && !entry.startsWith("./stores/")) {
      visit(new URL(conditions.types, home));
    }
  }
  return found;
}

/** Exported declarations, but not what is exported from elsewhere; and their members. */
const DECLARATION = /^export (declare |default |interface |type \w+.*=|class )(?!.* from )/;
const HOLDS = /^export (declare class|interface|type \w+ = Result<)/;
const MEMBER = /^ {4}(?:readonly )?[\w[][\w.\]]*\??[:(]/;
const PRIVATE = /^ {4}(?:constructor\(|private|#)/;

test("every declaration and member that is exported has a comment", () => {
  const bare: string[] = [];
  let seen = 0;
  for (const [file, lines] of declarations()) {
    let exported = false;
    for (const [i, line] of lines.entries()) {
      const begins = DECLARATION.test(line);
      exported = begins ? HOLDS.test(line) : exported && !/^\S/.test(line);
      if (!begins && !(exported && MEMBER.test(line) && !PRIVATE.test(line))) {
        continue;
      }
      seen++;
      const before = lines[i - 1] ?? "";
      if (!before.trimEnd().endsWith("*/")) {
        bare.push(`${file.split("/dist/")[1]}:${i + 1}: ${line.trim()}`);
      }
    }
  }
  assert(seen > 200, `there are ${seen}`);
  assert.equal(bare.join("\n"), "");
});
