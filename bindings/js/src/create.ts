// How an engine is made, given what the platform has.

import { Engine } from "./engine.js";
import type { CreateEnrol } from "./enrol.js";
import { ConfigError } from "./errors.js";
import type { Kdf } from "./kdf.js";
import type { ModuleSource, WasmModule } from "./options.js";
import { Pool } from "./pool.js";
import { isURL } from "./services.js";
import { settle } from "./settings.js";

/** What differs between platforms. */
export interface Platform {
  /** Loads the module that is shipped. */
  loadModule(): Promise<WasmModule>;
  kdf: Kdf;
}

/** Makes the createEnrol of a platform. */
export function creator(platform: Platform): CreateEnrol {
  return async (options) => {
    const settings = settle(options, platform.kdf);
    const module = settings.module === undefined ? await platform.loadModule() : await compile(await settings.module);
    const pool = new Pool(module, settings.configuration, settings.maxMemoryBytes);
    const { notices, services } = await pool.start();
    const missing = services.filter((name) => !isURL(name) && !settings.environment.services.has(name));
    if (missing.length > 0) {
      throw new ConfigError(missing.map(missingService));
    }
    const engine = new Engine(pool, settings, notices);
    await engine.open();
    return engine;
  };
}

function compile(source: ModuleSource): Promise<WebAssembly.Module> | WebAssembly.Module {
  if (source instanceof WebAssembly.Module) {
    return source;
  }
  if (source instanceof ArrayBuffer || ArrayBuffer.isView(source)) {
    return WebAssembly.compile(source);
  }
  throw new TypeError("enrol: module has to be a WebAssembly.Module or its bytes");
}

function missingService(name: string) {
  const message = `it names the service ${JSON.stringify(name)}, which the option services does not have`;
  return { line: 0, column: 0, message };
}
