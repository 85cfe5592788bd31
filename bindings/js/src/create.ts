// Makes engines from the parts of a platform.

import { Engine } from "./engine.js";
import type { CreateEnrol } from "./enrol.js";
import { Opening } from "./opening.js";
import type { ModuleSource } from "./options.js";
import type { Platform } from "./platform.js";
import { Pool } from "./pool.js";
import { Runner } from "./runner.js";
import { settle } from "./settings.js";

/** Makes the createEnrol of a platform. */
export function creator(platform: Platform): CreateEnrol {
  return async (options) => {
    const settings = settle(options, platform);
    const { environment, configuration, maxMemoryBytes, module, written } = settings;
    const load = async () => (module === undefined ? platform.loadModule() : compile(await module));
    const pool = new Pool({ load, configuration, place: written.place, maxMemoryBytes, atOnce: platform.requestBound });
    const runner = new Runner(pool, environment);
    const engine = new Engine(runner, new Opening(pool, runner, settings), settings);
    if (!platform.requestBound) {
      await engine.ready();
    }
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
  throw new TypeError("enrol: module must be a WebAssembly.Module or its bytes, or a promise of either");
}
