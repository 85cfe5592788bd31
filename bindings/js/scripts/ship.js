// Puts beside the compiled code what else is shipped: the WASI module, taken
// from ENROL_WASM or from where the repository builds it, and the license.

import { copyFileSync, existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const at = (path) => fileURLToPath(new URL(path, import.meta.url));

const wasm = process.env.ENROL_WASM || at("../../../build/signup.wasm");
if (!existsSync(wasm)) {
  process.stderr.write(
    `enrol: there is no module at ${wasm}: run "make wasm" in the repository, or set ENROL_WASM to its path\n`,
  );
  process.exit(1);
}
copyFileSync(wasm, at("../dist/signup.wasm"));
copyFileSync(at("../../../LICENSE"), at("../dist/LICENSE"));
