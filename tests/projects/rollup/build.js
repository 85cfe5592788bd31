// Bundles main.js for browsers. It fails if Rollup warns.

import { nodeResolve } from "@rollup/plugin-node-resolve";
import { rollup } from "rollup";

const bundle = await rollup({
	input: "main.js",
	plugins: [nodeResolve({ browser: true })],
	onLog: (_, { message }) => {
		throw new Error(message);
	},
});
await bundle.write({ dir: "dist" });
await bundle.close();
