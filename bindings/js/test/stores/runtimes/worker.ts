// A Worker with the stores of Cloudflare, which runs one case of the suite for
// a request: /d1?case=…, /object?case=… inside a Durable Object, and
// /stub?case=… on the way to it. Without a case an account is signed up. With
// /lost/d1 and /lost/stub it hammers a store some of whose answers are lost.

import { DurableObject } from "cloudflare:workers";
import type { Batch, Store } from "@enrol-sso/enrol";
import { type D1, type D1Statement, d1Store } from "@enrol-sso/enrol/stores/d1";
import { durableObjectStore, type StoreStub, stubStore } from "@enrol-sso/enrol/stores/durable-object";
import { cases } from "../suite/cases.js";
import { hammer } from "../suite/hammer.js";
import { runCase } from "../suite/run.js";
import { assert } from "../suite/subject.js";
import { verify } from "../suite/verify.js";
import { signUp } from "./signup.js";

interface Env {
  DB: D1 & { exec(sql: string): Promise<unknown> };
  ACCOUNTS: { getByName(name: string): StoreStub & { test(name: string | null): Promise<string> } };
}

/** What a test ends with: nothing, or why it failed. */
async function ended(test: () => Promise<void>): Promise<string> {
  try {
    await test();
    return "";
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
}

function tested(name: string | null, open: () => Promise<Store> | Store): Promise<string> {
  return ended(async () => {
    if (name === null) {
      await signUp(await open());
      return;
    }
    const one = cases.find((some) => some.name === name);
    assert(one !== undefined, "there is no such case");
    await runCase(one, open);
  });
}

/** Loses some of the answers after the first, as a network does. */
function losing<A extends unknown[], R>(call: (...given: A) => PromiseLike<R>): (...given: A) => Promise<R> {
  let calls = 0;
  return async (...given) => {
    const answer = await call(...given);
    if (++calls % 10 === 0 && calls < 300) {
      throw new Error("Network connection lost.");
    }
    return answer;
  };
}

/** Hammers a store some of whose answers are lost, which it must report. */
async function hammeredWithLosses(store: Store): Promise<void> {
  await store.get(["a"]);
  const history = await hammer(store, { workers: 8, calls: 60, seed: 4 });
  verify(history);
  const lost = history.operations.filter(({ end }) => end === Number.POSITIVE_INFINITY).length;
  assert(lost > 5, `only ${lost} answers were lost`);
}

async function clear(database: Env["DB"]): Promise<void> {
  for (const table of ["enrol_kv", "enrol_schema", "enrol_commit"]) {
    await database.exec(`DROP TABLE IF EXISTS ${table}`);
  }
}

export class Accounts extends DurableObject {
  readonly #store = durableObjectStore(this.ctx.storage);

  get(keys: string[]) {
    return this.#store.get(keys);
  }

  commit(batch: Batch) {
    return this.#store.commit(batch);
  }

  scan(prefix: string, after: string, limit: number) {
    return this.#store.scan(prefix, after, limit);
  }

  test(name: string | null): Promise<string> {
    return tested(name, () => durableObjectStore(this.ctx.storage));
  }
}

export default {
  async fetch(request: Request, { DB, ACCOUNTS }: Env): Promise<Response> {
    const url = new URL(request.url);
    const name = url.searchParams.get("case");
    const fresh = () => ACCOUNTS.getByName(crypto.randomUUID());
    switch (url.pathname) {
      case "/d1":
        await clear(DB);
        return new Response(await tested(name, () => d1Store(DB)));
      case "/lost/d1": {
        await clear(DB);
        // Statements of a commit come together, those of reads alone.
        const commit = losing((statements: D1Statement[]) => DB.batch(statements));
        const batch = (statements: D1Statement[]) =>
          statements.length > 2 ? commit(statements) : DB.batch(statements);
        return new Response(
          await ended(() => hammeredWithLosses(d1Store({ prepare: (sql) => DB.prepare(sql), batch }))),
        );
      }
      case "/lost/stub": {
        const stub = fresh();
        const store = stubStore({
          get: (keys) => stub.get(keys),
          scan: (prefix, after, limit) => stub.scan(prefix, after, limit),
          commit: losing((some: Batch) => stub.commit(some)),
        });
        return new Response(await ended(() => hammeredWithLosses(store)));
      }
      case "/object":
        return new Response(await fresh().test(name));
      default:
        return new Response(await tested(name, () => stubStore(fresh())));
    }
  },
};
