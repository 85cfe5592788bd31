// Runs one operation: writes the request, runs the module within the time limit, and reads the
// answer.

import type { Effect } from "./abi.js";
import { Deadline } from "./deadline.js";
import type { Calls } from "./effects/callback.js";
import { type Environment, hostOf } from "./effects/host.js";
import { BUSY, ConfigError, INTERNAL_ERROR, SignupError } from "./errors.js";
import { TooLong } from "./instance.js";
import type { Pool } from "./pool.js";
import { isError } from "./realm.js";
import { invalid, type Requested, type SuperUser, write } from "./requests.js";
import { read } from "./responses.js";
import type { Result } from "./result.js";
import { longest } from "./text-fault.js";

/** How to run an operation. */
export interface Manner {
  /** Milliseconds that it may take. */
  ms: number;
  /** Whether that applies to each of its steps. */
  perStep?: boolean;
  /** The caller's. */
  signal?: AbortSignal | undefined;
  /** Called with every effect before it is answered. */
  seen?: (effect: Effect) => void;
  /** The super-user who calls, for operations of super-users. */
  superUser?: SuperUser | undefined;
  /** When its calls of services must end early. */
  calls?: Omit<Calls, "signal" | "operation">;
}

/** Runs operations. */
export class Runner {
  readonly #pool: Pool;
  readonly #environment: Environment;
  readonly #signupsRate: boolean;
  readonly #deadlines = new Set<Deadline>(); // of running operations

  /** `signupsRate`: whether signups may rate passwords. */
  constructor(pool: Pool, environment: Environment, signupsRate: boolean) {
    this.#pool = pool;
    this.#environment = environment;
    this.#signupsRate = signupsRate;
  }

  /** Runs an operation. */
  async run<Answer extends Result>(operation: Requested, request: object, manner: Manner): Promise<Answer> {
    const { ms, perStep = false, signal, seen = () => {}, superUser, calls } = manner;
    signal?.throwIfAborted();
    const written = write(operation, request, superUser);
    if ("ok" in written) {
      return written as unknown as Answer;
    }
    this.#giveUpTheForgotten();
    const deadline = new Deadline(ms, signal);
    this.#deadlines.add(deadline);
    const host = hostOf(this.#environment, { ...calls, operation, signal: deadline.signal }, (effect) => {
      seen(effect);
      if (perStep) {
        deadline.restart();
      }
    });
    let response: string;
    try {
      response = await this.#pool.run(operation, written.json, host, deadline.signal, this.#rates(operation, request));
    } catch (error) {
      if (error instanceof TooLong) {
        return invalid(written.cid, error.message, longest(request)) as Answer;
      }
      if (signal?.aborted) {
        throw signal.reason;
      }
      throw lost(operation, written.cid, error, deadline.signal.aborted);
    } finally {
      deadline.clear();
      this.#deadlines.delete(deadline);
    }
    return read<Answer>(operation, asked(request, superUser), response);
  }

  /** Ends what is done in the background. Operations can still run. */
  close(): void {
    this.#pool.close();
  }

  /** Whether an operation may rate a password. */
  #rates(operation: Requested, request: { password?: unknown }): boolean {
    return (
      request.password !== undefined && (operation === "validate" || (operation === "signup" && this.#signupsRate))
    );
  }

  /**
   * Ends operations whose time is over and whose timer ended with the request of an edge worker:
   * they would wait forever.
   */
  #giveUpTheForgotten(): void {
    for (const deadline of this.#deadlines) {
      deadline.check();
    }
  }
}

/** A request with its caller. */
function asked(request: object, superUser: SuperUser | undefined): object {
  return superUser === undefined ? request : { ...request, ...superUser };
}

/** The error of an operation that the module did not answer. */
function lost(operation: Requested, cid: string, error: unknown, late: boolean): Error {
  if (error instanceof ConfigError) {
    return error;
  }
  const fault = isError(error) ? error.message : "failed";
  return new SignupError(operation, { code: late ? BUSY : INTERNAL_ERROR, cid, fault });
}
