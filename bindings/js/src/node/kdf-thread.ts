// What a thread of workerKdf does: it hashes passwords with an instance of the
// module of its own, one at a time.

import { parentPort, workerData } from "node:worker_threads";
import { Instance } from "../instance.js";

/** Memory only grows: beyond this an instance is replaced. */
const MAX_MEMORY = 128 << 20;

let instance: Instance | undefined;

parentPort?.on("message", async (request: string) => {
  let answer: string;
  try {
    instance ??= await Instance.create(workerData);
    answer = instance.derive(request);
    if (instance.memoryBytes > MAX_MEMORY) {
      instance = undefined;
    }
  } catch {
    instance = undefined; // it trapped, for want of memory most likely
    answer = '{"error":"the module failed"}';
  }
  parentPort?.postMessage(answer);
});
