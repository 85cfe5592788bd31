// Writes the table of status codes in the README from the code. With --check, it only compares them.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { en, fieldOf, httpStatusOf, reasonOf } from "../dist/messages/index.js";

const readme = fileURLToPath(new URL("../README.md", import.meta.url));
const BEGIN = "<!-- codes: npm run codes -->\n";
const END = "<!-- end of codes -->\n";

const rows = Object.entries(en)
  .filter(([code]) => /^[EW]\d{6}$/.test(code))
  .map(([code, text]) => {
    const status = code.startsWith("W") ? "" : httpStatusOf([code]);
    const field = fieldOf(code);
    return `| ${code} | \`${reasonOf(code)}\` | ${status} | ${field ? `\`${field}\`` : ""} | ${text} |\n`;
  });
const table = `| code | word | HTTP | field | text |\n|---|---|---|---|---|\n${rows.join("")}`;

const text = readFileSync(readme, "utf8");
const begin = text.indexOf(BEGIN) + BEGIN.length;
const end = text.indexOf(END);
if (begin < BEGIN.length || end < begin) {
  throw new Error("the README has no place for the table of codes");
}
const written = `${text.slice(0, begin)}\n${table}\n${text.slice(end)}`;
if (!process.argv.includes("--check")) {
  writeFileSync(readme, written);
} else if (written !== text) {
  process.stderr.write("the codes of README.md are not those of the code: npm --prefix bindings/js run codes\n");
  process.exitCode = 1;
}
