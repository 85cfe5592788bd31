// A folder for what a runtime's store writes to disk, gone with the process.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";

const folder = mkdtempSync(join(tmpdir(), "enrol-runtimes-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

/** The path of a file in it. */
export function file(name) {
	return join(folder, name);
}
