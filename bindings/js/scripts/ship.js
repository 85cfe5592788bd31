// Adds the other shipped files to the compiled code: the WASI module, taken
// from ENROL_WASM or from where the repository builds it, once as a file and
// once as text; argon2id with SIMD, in the same two forms; the script of threads that
// hash; the part of the command that is Go; the texts of mails, as Go programs embed
// them; and the licenses.

import { chmodSync, copyFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { build } from "esbuild";

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

// Argon2id with SIMD. Its memory begins at 65 MiB as published: here at one page, and grows as the hash needs.
const argon2id = readFileSync(at("../node_modules/argon2id/dist/simd.wasm"));
const limits = Buffer.from([0x02, 0x01, 0x90, 0x08, 0x80, 0x80, 0x04]); // memory: with a maximum; 1,040; 65,536 pages
const place = argon2id.indexOf(limits);
if (place < 0 || argon2id.includes(limits, place + 1)) {
  throw new Error("argon2id's simd.wasm has changed: look at the limits of its memory");
}
argon2id.set([0x02, 0x01, 0x81, 0x00], place);
writeFileSync(at("../dist/argon2id.wasm"), argon2id);
writeFileSync(at("../dist/argon2id-bytes.js"), `export default "${argon2id.toString("base64")}";\n`);
copyFileSync(at("../node_modules/argon2id/LICENSE"), at("../dist/argon2id.LICENSE"));

const { outputFiles } = await build({
  entryPoints: [at("../dist/threads/thread.js")],
  bundle: true,
  format: "iife",
  banner: { js: "/* With argon2id (MIT: argon2id.LICENSE) and @bjorn3/browser_wasi_shim (MIT or Apache-2.0). */" },
  minify: true,
  target: "es2022",
  write: false,
});
const [{ text: thread }] = outputFiles;
writeFileSync(at("../dist/threads/text.js"), `export default ${JSON.stringify(thread)};\n`);
writeFileSync(at("../dist/threads/web-thread.js"), `const port=self;${thread}`);

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
