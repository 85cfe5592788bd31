// The table of runtimes: runs the module in each of them, and prints which
// replays how many transcripts, signs somebody up on a store of its own, and
// keeps its head in a crowd. A runtime that fails, or is not there, is a failing
// cell and a failing run.
//
//	node tests/runtimes/table.js           all of them
//	node tests/runtimes/table.js bun deno  those whose name contains one of these
//
// Each runtime is a command that prints, as its last line, a JSON object:
//	{"runtime": "its version", "transcripts": 222, "modes": ["immediate", "waiting"], "signup": true, "concurrency": true}

import { spawn } from "node:child_process";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { rows } from "./rows.js";

/** Minutes that a runtime may take. */
const PATIENCE = 15;

const listed = new Intl.ListFormat("en-GB");
const expected = readdirSync("tests/transcripts").filter((file) => file.endsWith(".json")).length;
const wanted = process.argv.slice(2).map((name) => name.toLowerCase());
const chosen = rows.filter(({ name }) => wanted.length === 0 || wanted.some((part) => name.toLowerCase().includes(part)));
if (chosen.length === 0) {
	console.error(`runtimes: none has a name like ${wanted.join(" or ")}; there are ${rows.map(({ name }) => name).join(", ")}`);
	process.exit(2);
}

const lines = [
	"| runtime | version | transcripts replayed | signup → dispatch → confirm, on | concurrency |",
	"|---|---|---|---|---|",
];
let failed = 0;
for (const row of chosen) {
	const started = Date.now();
	const { report, complaint } = await run(row.command);
	const cells = report ? judge(report, row.store) : ["failed", "failed", "failed"];
	const green = !cells.includes("failed") && complaint === "";
	failed += green ? 0 : 1;
	lines.push(`| ${row.name} | ${report?.runtime ?? "missing"} | ${cells.join(" | ")} |`);
	console.error(`${green ? "ok    " : "FAILED"} ${row.name}, ${((Date.now() - started) / 1000).toFixed(0)} s`);
	if (!green) {
		console.error(complaint.split("\n").slice(-40).join("\n"));
	}
}
console.log(lines.join("\n"));
mkdirSync("build", { recursive: true });
writeFileSync("build/runtimes.md", `${lines.join("\n")}\n`);
console.log(`${chosen.length - failed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);

/** The cells of a report: what is not as it must be is "failed". */
function judge(report, store) {
	const replayed = report.transcripts === expected && report.modes.length > 0;
	return [
		replayed ? `${report.transcripts}, ${listed.format(report.modes)}` : "failed",
		report.signup === true ? store : "failed",
		report.concurrency === true ? "one of 50 wins" : "failed",
	];
}

/** Runs a command and reads the last line that it prints. */
function run([command, ...args]) {
	return new Promise((resolve) => {
		// Processes that a command starts must end with it: otherwise its output never ends.
		const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"], detached: true });
		const end = () => process.kill(-child.pid, "SIGKILL");
		const late = setTimeout(end, PATIENCE * 60_000);
		const interrupted = () => {
			end();
			process.exit(1);
		};
		process.once("SIGINT", interrupted).once("SIGTERM", interrupted);
		let printed = "";
		let complaint = "";
		child.stdout.on("data", (data) => (printed += data));
		child.stderr.on("data", (data) => (complaint += data));
		child.on("error", (error) => resolve({ complaint: `${command}: ${error.message}` }));
		child.on("close", (code, signal) => {
			clearTimeout(late);
			process.off("SIGINT", interrupted).off("SIGTERM", interrupted);
			if (code !== 0) {
				resolve({ complaint: `${printed}${complaint}${command} ended with ${signal ?? code}` });
				return;
			}
			try {
				resolve({ report: JSON.parse(printed.trimEnd().split("\n").at(-1)), complaint: "" });
			} catch {
				resolve({ complaint: `${printed}${complaint}its last line is no report` });
			}
		});
	});
}
