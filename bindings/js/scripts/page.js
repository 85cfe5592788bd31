// Bundles the script of the pages that host/page serves. With --check, it only
// compares the committed file with its source.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));
const committed = path("../../../host/page/assets/page.js");

const { outputFiles } = await build({
  entryPoints: [path("../page/main.ts")],
  alias: { "@enrol-sso/enrol": path("../src/api.ts") },
  bundle: true,
  charset: "utf8",
  format: "esm",
  legalComments: "none",
  minify: true,
  target: "es2022",
  write: false,
});
const [{ text }] = outputFiles;
if (!process.argv.includes("--check")) {
  writeFileSync(committed, text);
} else if (readFileSync(committed, "utf8") !== text) {
  process.stderr.write("host/page/assets/page.js is not what its source gives: npm --prefix bindings/js run page\n");
  process.exit(1);
}
