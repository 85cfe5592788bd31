// The example of the README runs as it is written.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

test("the first example of the README runs and prints the account", () => {
  const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");
  const example = /^```js\n([\s\S]*?)^```$/m.exec(readme)?.[1] ?? "";
  const lines = example.split("\n").filter((line) => line.trim() !== "");
  assert(lines.length > 0 && lines.length <= 12, `it has ${lines.length} lines`);
  const file = fileURLToPath(new URL("../readme-example.js", import.meta.url));
  writeFileSync(file, example);
  const output = execFileSync(process.execPath, [file], { encoding: "utf8", timeout: 60_000 });
  assert.match(output, /username: 'ada'/);
  assert.match(output, /signUpStatus: 'final'/);
});
