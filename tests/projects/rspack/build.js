// Bundles main.js for browsers. It fails if Rspack warns.

import { rspack } from "@rspack/core";

const compiler = rspack({
	mode: "production",
	entry: "./main.js",
	output: { filename: "main.js", clean: true },
	performance: false, // it would warn of the size of the module
});
compiler.run((error, stats) => {
	if (error || stats.hasErrors() || stats.hasWarnings()) {
		console.error(error ?? stats.toString("errors-warnings"));
		process.exitCode = 1;
	}
});
