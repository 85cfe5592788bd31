// The module, fetched from where bundlers put it.

import { compile, insistOnCompiling } from "./compile.js";
import type { WasmModule } from "./options.js";
import { messageOf } from "./realm.js";

/**
 * Fetches and compiles signup.wasm, from the folder of this file if no bundler changed that. Throws
 * an Error that says where it is missing.
 */
export async function loadFetched(): Promise<WasmModule> {
  insistOnCompiling();
  const url = new URL("./signup.wasm", import.meta.url); // in this form, which bundlers look for
  let why: string;
  try {
    const response = await fetch(url);
    if (response.ok) {
      return await compile(await response.arrayBuffer());
    }
    why = `the answer has the status ${response.status}`;
  } catch (error) {
    why = messageOf(error);
  }
  throw new Error(
    `enrol: the module is not at ${url}: ${why}. Serve signup.wasm there, or import @enrol-sso/enrol/inline, which contains it`,
  );
}
