// Runs the WASI command with the arguments and the standard streams of this process.

import { readFileSync } from "node:fs";
import { WASI } from "node:wasi";
import { brotliDecompressSync } from "node:zlib";

type Call = (...args: number[]) => number;

/** WASI's number of the error. */
const EAGAIN = 6;

const file = new URL("command.wasm.br", import.meta.url);
const wasi = new WASI({ version: "preview1", args: ["enrol", ...process.argv.slice(2)], returnOnExit: true });
const module = await WebAssembly.compile(brotliDecompressSync(readFileSync(file)));
const imports = wasi.getImportObject() as { wasi_snapshot_preview1: Record<string, Call> };
const calls = imports.wasi_snapshot_preview1;
calls["fd_read"] = waiting(calls["fd_read"] as Call);
calls["fd_write"] = waiting(calls["fd_write"] as Call);
process.exitCode = wasi.start(await WebAssembly.instantiate(module, imports));

/** A call that waits while a stream of this process, which does not block, has no input, or no room. */
function waiting(call: Call): Call {
  const unchanging = new Int32Array(new SharedArrayBuffer(4));
  return (...args) => {
    for (;;) {
      const errno = call(...args);
      if (errno !== EAGAIN) {
        return errno;
      }
      Atomics.wait(unchanging, 0, 0, 5);
    }
  };
}
