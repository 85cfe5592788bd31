// Workers, built as wrangler builds them, in a real workerd.

import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { type BuildOptions, build, type Plugin } from "esbuild";
import { installed } from "../stores/runtimes/installed.js";

/** What is used of Miniflare, which runs workerd. */
export interface Workerd {
  dispatchFetch(url: string, init?: object): Promise<Response>;
  getWorker(): Promise<{ scheduled(options?: object): Promise<{ outcome: string }> }>;
  dispose(): Promise<void>;
}

const { Miniflare } = installed("miniflare") as { Miniflare: new (options: object) => Workerd };

/** Leaves the modules next to the code, and replaces the main entry. */
const external = (entry: string | undefined): Plugin => ({
  name: "external",
  setup: (bundler) => {
    bundler.onResolve({ filter: /\.wasm(\?module)?$/ }, ({ path }) => ({
      path: `./${path.replace(/.*\/|\?module/g, "")}`,
      external: true,
    }));
    if (entry) {
      bundler.onResolve({ filter: /^@enrol-sso\/enrol$/ }, () => ({
        path: fileURLToPath(import.meta.resolve(`@enrol-sso/enrol/${entry}`)),
      }));
    }
  },
});

/** Starts a worker; without another entry the bundler chooses by its conditions. */
export async function worker(
  source: Pick<BuildOptions, "entryPoints" | "stdin">,
  options: { entry?: string | undefined; compatibilityDate: string } & Record<string, unknown>,
): Promise<Workerd> {
  const { entry, ...more } = options;
  const { outputFiles } = await build({
    ...source,
    bundle: true,
    format: "esm",
    target: "es2022",
    conditions: entry ? [] : ["workerd", "worker", "browser"],
    external: ["cloudflare:*"],
    plugins: [external(entry)],
    write: false,
  });
  const wasm = await readFile(fileURLToPath(import.meta.resolve("@enrol-sso/enrol/signup.wasm")));
  const argon2id = await readFile(new URL("../../dist/argon2id.wasm", import.meta.url));
  return new Miniflare({
    ...more,
    modules: [
      { type: "ESModule", path: "worker.js", contents: outputFiles?.[0]?.text },
      { type: "CompiledWasm", path: "signup.wasm", contents: wasm },
      { type: "CompiledWasm", path: "argon2id.wasm", contents: argon2id },
    ],
  });
}
