// The transcripts, for runtimes that read files.

import { readdirSync, readFileSync } from "node:fs";

const folder = new URL("../transcripts/", import.meta.url);

/** All of them, in the order of their names. */
export function transcripts() {
	const files = readdirSync(folder).filter((file) => file.endsWith(".json"));
	return files.sort().map((file) => JSON.parse(readFileSync(new URL(file, folder), "utf8")));
}
