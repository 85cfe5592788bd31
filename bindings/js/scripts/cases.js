// Puts the cases of stores that need no code next to the compiled suite: Go and
// JavaScript share them. A module, so that the suite runs where no file is read.

import { readFileSync, writeFileSync } from "node:fs";

const cases = readFileSync(new URL("../../../kv/kvtest/cases.json", import.meta.url), "utf8");
writeFileSync(new URL("../build/stores/suite/shared.js", import.meta.url), `export default ${cases.trimEnd()};\n`);
