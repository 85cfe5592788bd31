// The module that is shipped, from disk.

import { readFile } from "node:fs/promises";
import type { WasmModule } from "../options.js";

let compiled: Promise<WebAssembly.Module> | undefined;

/** Compiles the shipped module, once in a process. */
export function loadModule(): Promise<WasmModule> {
  compiled ??= readFile(new URL("../signup.wasm", import.meta.url))
    .then((bytes) => WebAssembly.compile(bytes))
    .catch((cause: unknown) => {
      compiled = undefined;
      throw new Error("enrol: signup.wasm cannot be loaded from beside this package: give it as the option module", {
        cause,
      });
    });
  return compiled;
}
