// Adds the other shipped files to the compiled code: the WASI module, taken
// from ENROL_WASM or from where the repository builds it, once as a file and
// once as text; the part of the command that is Go; the texts of mails, as Go
// programs embed them; and the license.

import { chmodSync, copyFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const at = (path) => fileURLToPath(new URL(path, import.meta.url));

const wasm = process.env.ENROL_WASM || at("../../../build/signup.wasm");
if (!existsSync(wasm)) {
  process.stderr.write(
    `enrol: there is no module at ${wasm}: run "make wasm" in the repository, or set ENROL_WASM to its path\n`,
  );
  process.exit(1);
}
copyFileSync(wasm, at("../dist/signup.wasm"));
writeFileSync(
  at("../dist/signup.wasm.d.ts"),
  `/** The module, where the platform or the bundler compiles what is imported. */
declare const module: WebAssembly.Module;

/** The module. */
export default module;
`,
);
const text = gzipSync(readFileSync(wasm), { level: 9 }).toString("base64");
writeFileSync(at("../dist/inline/bytes.js"), `export default "${text}";\n`);

const mails = at("../../../host/mail/catalogue/");
const catalogues = readdirSync(mails)
  .filter((name) => name.endsWith(".json"))
  .map((name) => JSON.parse(readFileSync(mails + name, "utf8")))
  .sort((a, b) => (b.language === "en") - (a.language === "en") || (a.language < b.language ? -1 : 1));
const texts = {
  layout: readFileSync(`${mails}layout.html`, "utf8"),
  catalogues: Object.fromEntries(catalogues.map((catalogue) => [catalogue.language, catalogue])),
};
writeFileSync(at("../dist/mail/texts.js"), `export default ${JSON.stringify(texts)};\n`);

// Only a package that is packed needs it, and make builds it before.
const command = at("../../../build/command.wasm");
if (existsSync(command)) {
  const params = { [constants.BROTLI_PARAM_QUALITY]: 9 };
  writeFileSync(at("../dist/command/command.wasm.br"), brotliCompressSync(readFileSync(command), { params }));
}

chmodSync(at("../dist/command/main.js"), 0o755);
copyFileSync(at("../../../LICENSE"), at("../dist/LICENSE"));
