// Prints the size of a module, raw and compressed with brotli, and fails if it
// is over the ceiling.
//
//	node wasm/size.mjs build/signup.wasm
import { readFileSync } from "node:fs";
import { brotliCompressSync, constants } from "node:zlib";

const ceiling = { raw: 6_500_000, brotli: 1_600_000 };

const module = readFileSync(process.argv[2]);
const compressed = brotliCompressSync(module, {
	params: {
		[constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
		[constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
		[constants.BROTLI_PARAM_SIZE_HINT]: module.length,
	},
});
const size = { raw: module.length, brotli: compressed.length };

for (const [form, bytes] of Object.entries(size)) {
	const share = ((100 * bytes) / ceiling[form]).toFixed(0);
	console.log(`${form.padEnd(6)} ${(bytes / 1e6).toFixed(2)} MB, ${share} % of the ceiling of ${ceiling[form] / 1e6} MB`);
}
if (size.raw > ceiling.raw || size.brotli > ceiling.brotli) {
	console.error("the module is over its ceiling");
	process.exit(1);
}
