// Bundles a script for a place that resolves no packages by itself.

import { fileURLToPath } from "node:url";
import { build } from "esbuild";

/** Bundles tests/runtimes/NAME as one ES module, for packages' exports with these conditions. */
export async function bundle(name, conditions, { external = [], plugins = [] } = {}) {
	const { outputFiles } = await build({
		entryPoints: [fileURLToPath(new URL(name, import.meta.url))],
		bundle: true,
		format: "esm",
		conditions,
		external,
		plugins,
		write: false,
	});
	return outputFiles[0].text;
}
