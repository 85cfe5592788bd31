// Threads of browsers: by a file, which bundlers include because of `new URL("…", import.meta.url)`, and else by a blob
// of the same script. A Content-Security-Policy may forbid either.

import type { Listener, Start, Thread } from "./threads.js";

/** Starts the file next to the code. */
export const byFile: Start = (listener) => threadOf(new Worker(new URL("./web-thread.js", import.meta.url)), listener);

/** Starts the script in the code. */
export const byBlob: Start = async (listener) => {
  const { default: text } = await import("./text.js");
  const url = URL.createObjectURL(new Blob([`const port=self;${text}`], { type: "text/javascript" }));
  try {
    return threadOf(new Worker(url), listener);
  } finally {
    setTimeout(() => URL.revokeObjectURL(url), 60_000); // it is fetched later in some browsers
  }
};

function threadOf(worker: Worker, listener: Listener): Thread {
  worker.onmessage = ({ data }) => listener.replied(data);
  worker.onerror = (event) => {
    event.preventDefault(); // nothing is wrong: there is another way
    worker.terminate();
    listener.ended();
  };
  return {
    ask: (question) => worker.postMessage(question),
    hold: () => {},
    end: () => worker.terminate(),
  };
}
