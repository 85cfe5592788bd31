// How long work may keep a thread to itself: operations whose store answers at once would otherwise follow each other
// in one task, and no timer, no input and no abort would come in between.

/** Milliseconds of work in one task after which other tasks get their turn. */
const SLICE = 10;

/** Runs work at once, or in a later task. The work must not throw. */
export type Enter = (work: () => void) => void;

/** Starts a task, before which timers that are due and input get their turn. */
const task: Enter = tasks();

let queue: (() => void)[] = [];
let begun = 0; // when the work of the current task began
let within = false; // whether work has begun in the current task

/** Runs work at once while the current task is short, and otherwise in later tasks, in order of arrival. */
export const paced: Enter = (work) => {
  if (!within) {
    within = true;
    begun = performance.now();
    task(turn);
  }
  if (queue.length > 0 || performance.now() - begun >= SLICE) {
    queue.push(work);
  } else {
    work();
  }
};

/** Runs work at once: where tasks belong to requests, as on edge workers. */
export const unpaced: Enter = (work) => work();

/** Begins a task: with what waits, if anything does. */
function turn(): void {
  begun = performance.now();
  within = queue.length > 0;
  if (!within) {
    return;
  }
  task(turn);
  let done = 0;
  do {
    (queue[done++] as () => void)();
  } while (done < queue.length && performance.now() - begun < SLICE);
  queue = queue.slice(done);
}

/** Timers of browsers wait longer, up to a second in a page that nobody sees. */
function tasks(): Enter {
  const { setImmediate } = globalThis as { setImmediate?: Enter };
  if (setImmediate) {
    return (work) => setImmediate(work);
  }
  let channel: MessageChannel | undefined;
  return (work) => {
    channel ??= new MessageChannel();
    channel.port1.onmessage = work;
    channel.port2.postMessage(undefined);
  };
}
