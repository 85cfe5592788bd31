// The module in the code, for programs without the file.

import { compile, insistOnCompiling } from "../compile.js";
import type { WasmModule } from "../options.js";

/** Decompresses and compiles the module that is in the code. */
export async function loadInline(): Promise<WasmModule> {
  insistOnCompiling();
  const { default: text } = await import("./bytes.js");
  const compressed = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  const stream = new Blob([compressed]).stream().pipeThrough(new DecompressionStream("gzip"));
  return compile(await new Response(stream).arrayBuffer());
}
