// Puts what Go and JavaScript share next to the compiled tests: the cases of stores
// that need no code, and the mails that Go recorded. Modules, so that the tests run
// where no file is read.

import { readFileSync, writeFileSync } from "node:fs";

const cases = readFileSync(new URL("../../../kv/kvtest/cases.json", import.meta.url), "utf8");
writeFileSync(new URL("../build/stores/suite/shared.js", import.meta.url), `export default ${cases.trimEnd()};\n`);

const mails = readFileSync(new URL("../../../host/mail/testdata/mails.json", import.meta.url), "utf8");
writeFileSync(new URL("../build/entries/recorded.js", import.meta.url), `export default ${mails.trimEnd()};\n`);
