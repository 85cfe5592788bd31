// A pool of threads that hash passwords.

import type { Awaitable } from "../awaitable.js";
import type { KdfRequest } from "../kdf.js";
import type { WasmModule } from "../options.js";
import type { Question, Reply } from "./messages.js";

/** A thread that runs the script of thread.ts. */
export interface Thread {
  ask(question: Question): void;
  /** Keeps the process alive, or does not, where that can be chosen. */
  hold(holds: boolean): void;
  end(): unknown;
}

/** What a pool hears of a thread. */
export interface Listener {
  replied(reply: Reply): void;
  /** It has ended, or could not start. */
  ended(): void;
}

/** Starts a thread. It throws, or calls `ended`, if that is impossible. */
export type Start = (listener: Listener) => Awaitable<Thread>;

/** A request that waits for a thread, or for its answer. */
interface Job {
  readonly request: KdfRequest;
  readonly resolve: (key: Uint8Array | undefined) => void;
  readonly reject: (reason: Error) => void;
}

/** A thread that exists or starts. */
interface Member {
  readonly way: number; // the index of how it was started
  thread: Thread | undefined;
  job: Job | undefined; // while it is busy
}

/** Threads that answer one request at a time each. They start on demand. */
export class Threads {
  readonly #most: number;
  readonly #ways: readonly Start[];
  readonly #load: () => Awaitable<WasmModule>;
  readonly #members = new Set<Member>();
  readonly #queue: Job[] = [];
  #way = 0; // how threads are started: the first of the ways that works
  #works = false; // whether a thread has replied
  #closed = false;
  #holders = 0;
  #abandoned = false; // whether there were holders, and none is left

  /** `load` returns the module, for what argon2id in SIMD cannot derive. */
  constructor(most: number, ways: readonly Start[], load: () => Awaitable<WasmModule>) {
    this.#most = most;
    this.#ways = ways;
    this.#load = load;
  }

  /**
   * Derives on a thread. Resolves to undefined where no thread can be started, or there is no module for it; rejects if
   * the hash cannot be made.
   */
  derive(request: KdfRequest): Promise<Uint8Array | undefined> {
    if (this.#closed) {
      return Promise.reject(closed());
    }
    return new Promise((resolve, reject) => {
      this.#queue.push({ request, resolve, reject });
      this.#work();
    });
  }

  /** Whether no way to start a thread works. */
  get impossible(): boolean {
    return this.#way >= this.#ways.length;
  }

  /**
   * Keeps the threads until the function that it returns is called. After the last call, threads end as soon as they have
   * nothing to do; a further hash starts one again.
   */
  hold(): () => void {
    this.#holders++;
    this.#abandoned = false;
    let held = true;
    return () => {
      this.#holders -= held ? 1 : 0;
      held = false;
      this.#abandoned = this.#holders === 0;
      this.#rest();
    };
  }

  /** Ends idle threads that nobody keeps. */
  #rest(): void {
    for (const member of this.#abandoned ? this.#members : []) {
      if (member.thread && !member.job) {
        this.#members.delete(member);
        member.thread.end();
      }
    }
  }

  /** Ends the threads: hashes that run or wait fail. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const job of this.#queue.splice(0)) {
      job.reject(closed());
    }
    await Promise.all(
      [...this.#members].map((member) => {
        this.#lost(member);
        return member.thread?.end();
      }),
    );
  }

  /** Gives what waits to threads that are idle, or can still be made. */
  #work(): void {
    while (this.#queue.length > 0) {
      if (this.impossible) {
        for (const job of this.#queue.splice(0)) {
          job.resolve(undefined);
        }
        return;
      }
      const idle = [...this.#members].find(({ thread, job }) => thread && !job);
      if (!idle && this.#members.size >= this.#most) {
        return;
      }
      const job = this.#queue.shift() as Job;
      if (idle) {
        this.#ask(idle, job);
      } else {
        const member: Member = { way: this.#way, thread: undefined, job };
        this.#members.add(member);
        this.#start(member, job);
      }
    }
  }

  async #start(member: Member, job: Job): Promise<void> {
    try {
      const thread = await (this.#ways[member.way] as Start)({
        replied: (reply) => this.#replied(member, reply),
        ended: () => this.#lost(member),
      });
      if (!this.#members.has(member)) {
        thread.end(); // it failed or was closed meanwhile
        return;
      }
      member.thread = thread;
      this.#ask(member, job);
    } catch {
      this.#lost(member);
    }
  }

  #ask(member: Member, job: Job, module?: WasmModule): void {
    member.job = job;
    member.thread?.hold(true);
    member.thread?.ask(module ? { request: job.request, module } : { request: job.request });
  }

  async #replied(member: Member, reply: Reply): Promise<void> {
    const { job } = member;
    if (!job) {
      return;
    }
    this.#works = true;
    if ("needs" in reply) {
      try {
        this.#ask(member, job, await this.#load());
        return;
      } catch {
        job.resolve(undefined);
      }
    } else if ("key" in reply) {
      job.resolve(reply.key);
    } else {
      job.reject(new Error("a thread could not hash"));
    }
    member.job = undefined;
    member.thread?.hold(false);
    this.#work();
    this.#rest();
  }

  /** A thread is gone. If none has ever replied, the next way is tried. */
  #lost(member: Member): void {
    if (!this.#members.delete(member)) {
      return;
    }
    const { job } = member;
    member.job = undefined;
    if (this.#closed) {
      job?.reject(closed());
      return;
    }
    if (this.#works) {
      job?.reject(new Error("a thread ended"));
    } else {
      this.#way = Math.max(this.#way, member.way + 1);
      if (job) {
        this.#queue.unshift(job);
      }
    }
    this.#work();
  }
}

function closed(): Error {
  return new Error("the threads are closed");
}
