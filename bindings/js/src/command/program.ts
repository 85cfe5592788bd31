// The part of the command that is compiled from Go, host/cmd/npx, so that it prints what Enrol's Go
// command prints. It runs in a process of its own, which reads and writes the streams as it goes.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";

type Input = Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>;

/** Runs it on an input, and passes on what it prints. Returns its exit status. */
export async function pass(args: readonly string[], input: Input): Promise<number> {
  return feed(start(args, "inherit"), input);
}

/** Runs it without input, and returns what it prints. */
export async function collect(args: readonly string[]): Promise<string> {
  const child = start(args, "pipe");
  const [parts, status] = await Promise.all([child.stdout?.setEncoding("utf8").toArray(), feed(child, [])]);
  if (status !== 0 || parts === undefined) {
    throw new Error(`the command stopped with the status ${status}`);
  }
  return parts.join("");
}

function start(args: readonly string[], stdout: "inherit" | "pipe"): ChildProcess {
  const script = fileURLToPath(new URL("run.js", import.meta.url));
  return spawn(process.execPath, ["--no-warnings", script, ...args], { stdio: ["pipe", stdout, "inherit"] });
}

async function feed(child: ChildProcess, input: Input): Promise<number> {
  const ended = once(child, "close") as Promise<[number | null]>;
  try {
    if (child.stdin) {
      await pipeline(Readable.from(input), child.stdin);
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EPIPE") {
      child.kill();
      throw error; // of the input; that it stopped reading shows in its status
    }
  }
  const [status] = await ended;
  return status ?? 3;
}
