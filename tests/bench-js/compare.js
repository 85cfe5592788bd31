// Prints side by side what a sign-up, a cold start, memory and the disk cost with Enrol and with better-auth:
//
//   compare.js [RUNS [SIGNUPS]]
//
// Each run is a fresh process, and the two alternate. Printed are the medians, and the median of the ratios of
// neighbours, which a load of the machine that changes distorts least.

import { fork } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { schema } from "./better-auth.js";
import { installed, moduleBytes } from "./size.js";

const [runs = 9, signups = 800] = process.argv.slice(2).map(Number);
const WARM = 200;
const SIDES = ["./enrol.js", "./better-auth.js"];

const measure = fileURLToPath(new URL("measure.js", import.meta.url));
const tables = await schema();

async function run(side, warm, measured) {
  const child = fork(measure, [side, tables, String(warm), String(measured)]);
  const ended = once(child, "exit");
  let report;
  child.on("message", (message) => {
    report = message;
  });
  const [code] = await ended;
  if (code !== 0 || !report) {
    throw new Error(`${side} ended with ${code}`);
  }
  return report;
}

/** Measures both in turn. */
async function pairs(warm, measured) {
  const all = [];
  for (let i = 0; i < runs; i++) {
    const pair = {};
    for (const side of i % 2 === 0 ? SIDES : SIDES.toReversed()) {
      pair[side] = await run(side, warm, measured);
    }
    all.push(pair);
  }
  return all;
}

function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

function line(what, enrol, other, ratio, unit, digits = 0) {
  const number = (n) => (n === undefined ? "" : `${n.toFixed(digits)} ${unit}`).padStart(12);
  const times = ratio === undefined ? "" : ratio.toFixed(2);
  process.stdout.write(`${what.padEnd(34)}${number(enrol)}${number(other)}${times.padStart(8)}\n`);
}

/** One line of medians. */
function compare(what, measured, member, unit, digits, divisor = 1) {
  const [ours, theirs] = SIDES.map((side) => measured.map((pair) => pair[side][member] / divisor));
  line(what, median(ours), median(theirs), median(ours.map((value, i) => value / theirs[i])), unit, digits);
}

const { version } = JSON.parse(
  readFileSync(new URL("node_modules/better-auth/package.json", import.meta.url), "utf8"),
);
process.stdout.write(
  `Node ${process.versions.node}, better-auth ${version}, node:sqlite in memory, the hash stubbed, each message ` +
    `delivered.\nMedians of ${runs} processes each, ${signups} sign-ups one after the other after ${WARM} more; ` +
    `${availableParallelism()} processors.\n\n`,
);
process.stdout.write(`${" ".repeat(34)}${"Enrol".padStart(12)}${"better-auth".padStart(12)}${"ratio".padStart(8)}\n`);
const load = await pairs(WARM, signups);
compare("a sign-up, until delivered", load, "wall", "ms", 2);
compare("  CPU of all threads", load, "cpu", "ms", 2);
compare("cold start to the first sign-up", await pairs(0, 0), "cold", "ms", 0);
compare("memory (RSS), started", load, "idle", "MB", 0, 1e6);
compare("memory (RSS), after the load", load, "loaded", "MB", 0, 1e6);
const [ours, theirs] = ["@enrol-sso/enrol", "better-auth"].map((name) => installed(name) / 1e6);
line("installed, with dependencies", ours, theirs, ours / theirs, "MB", 1);
const { raw, brotli } = moduleBytes();
line("the module, raw", raw / 1e6, undefined, undefined, "MB", 2);
line("the module, as brotli", brotli / 1e6, undefined, undefined, "MB", 2);
