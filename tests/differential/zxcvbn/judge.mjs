// Judges passwords with the npm package: reads one {password, inputs, year} a
// line, writes one
// [guesses, score, warning, suggestions] a line.
import { createInterface } from "node:readline";
import zxcvbn from "zxcvbn";
import scoring from "zxcvbn/lib/scoring.js";

// ECMAScript leaves the last bit of Math.pow to the engine, and with powers of ten
// that bit decides between two sequences that are equally good. These are the nearest.
const { pow } = Math;
Math.pow = (base, n) => (base === 10 || base === 10_000 ? Number(`1e${Math.log10(base) * n}`) : pow(base, n));

let answers = [];
const flush = () => {
	process.stdout.write(answers.join(""));
	answers = [];
};
for await (const line of createInterface({ input: process.stdin })) {
	const { password, inputs, year } = JSON.parse(line);
	scoring.REFERENCE_YEAR = year; // otherwise the one in which the package was loaded
	const { guesses, score, feedback } = zxcvbn(password, inputs ?? []);
	answers.push(`${JSON.stringify([guesses, score, feedback.warning, feedback.suggestions])}\n`);
	if (answers.length === 1000) flush();
}
flush();
