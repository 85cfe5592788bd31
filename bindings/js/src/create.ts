// Makes engines from the parts of a platform.

import { Announcer } from "./announcer.js";
import { compile } from "./compile.js";
import { Engine } from "./engine.js";
import type { CreateEnrol } from "./enrol.js";
import { kindOf } from "./misuse.js";
import { Opening } from "./opening.js";
import type { ModuleSource, WasmModule } from "./options.js";
import type { Platform } from "./platform.js";
import { Pool } from "./pool.js";
import { signupsRate } from "./preparation.js";
import { isBufferSource, isModule } from "./realm.js";
import { Runner } from "./runner.js";
import { settle } from "./settings.js";

/** Makes the createEnrol of a platform. */
export function creator(platform: Platform): CreateEnrol {
  return async (options) => {
    const settings = settle(options, platform);
    const { environment, configuration, maxMemoryBytes, module, written } = settings;
    const load = async () => (module === undefined ? platform.loadModule() : moduleOf(await module));
    const pool = new Pool({ load, configuration, place: written.place, maxMemoryBytes, atOnce: platform.requestBound });
    const runner = new Runner(pool, environment, signupsRate(written.text));
    const announcer = new Announcer(runner, settings);
    const opening = new Opening({ pool, runner, announcer, settings });
    const engine = new Engine({ runner, opening, announcer, settings });
    if (!platform.requestBound) {
      try {
        await engine.ready();
      } catch (error) {
        await engine.close();
        throw error;
      }
    }
    return engine;
  };
}

function moduleOf(source: ModuleSource): Promise<WasmModule> | WasmModule {
  if (isModule(source)) {
    return source;
  }
  if (isBufferSource(source)) {
    return compile(source);
  }
  throw new TypeError(
    `enrol: module must be a WebAssembly.Module or its bytes, or a promise of either, not ${kindOf(source)}`,
  );
}
