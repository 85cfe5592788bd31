// Threads of Node, Bun and Deno.

import threads from "node:worker_threads";
import type { Start } from "../threads/threads.js";

/** Starts the script in the code: a bundle may lack the file. */
export const byText: Start = async (listener) => {
  const { default: text } = await import("../threads/text.js");
  const script = `const port=require("node:worker_threads").parentPort;${text}`;
  // Options of the process, such as --input-type, may not suit the script. Bundlers take `new Worker` for a file.
  const worker: threads.Worker = Reflect.construct(threads.Worker, [script, { eval: true, execArgv: [] }]);
  worker.unref();
  worker.on("message", (reply) => listener.replied(reply));
  worker.on("error", () => {}); // its exit follows
  worker.on("exit", () => listener.ended());
  return {
    ask: (question) => worker.postMessage(question),
    hold: (holds) => (holds ? worker.ref() : worker.unref()),
    end: () => worker.terminate(),
  };
};
