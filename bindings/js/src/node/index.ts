// What only Node has, for those who bring parts of it together by themselves.

export { nodeKdf } from "./kdf.js";
export { type WorkerKdf, type WorkerKdfOptions, workerKdf } from "./kdf-pool.js";
export { loadModule } from "./module.js";
