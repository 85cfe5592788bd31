// Parts that only Node has.

export { nodeKdf } from "./kdf.js";
export { type WorkerKdf, type WorkerKdfOptions, workerKdf } from "./kdf-pool.js";
export { loadModule } from "./module.js";
