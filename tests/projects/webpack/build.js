// Bundles main.js for Node, as ES modules. It fails if webpack warns.

import webpack from "webpack";

const compiler = webpack({
	mode: "production",
	target: "node20",
	entry: "./main.js",
	experiments: { outputModule: true },
	output: { filename: "main.js", module: true, clean: true },
});
compiler.run((error, stats) => {
	if (error || stats.hasErrors() || stats.hasWarnings()) {
		console.error(error ?? stats.toString("errors-warnings"));
		process.exitCode = 1;
	}
});
