// Bundles main.js for browsers, and prints what esbuild warns of.

import { build } from "esbuild";

await build({ entryPoints: ["main.js"], bundle: true, format: "esm", outdir: "dist", logLevel: "warning" });
