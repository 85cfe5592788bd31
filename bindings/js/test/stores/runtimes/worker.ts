// A Worker with the stores of Cloudflare, which runs one case of the suite for
// a request: /d1?case=…, /object?case=… inside a Durable Object, and
// /stub?case=… on the way to it. Without a case an account is signed up.

import { DurableObject } from "cloudflare:workers";
import type { Batch, Store } from "@enrol-sso/enrol";
import { type D1, d1Store } from "@enrol-sso/enrol/stores/d1";
import { durableObjectStore, type StoreStub, stubStore } from "@enrol-sso/enrol/stores/durable-object";
import { cases } from "../suite/cases.js";
import { runCase } from "../suite/run.js";
import { signUp } from "./signup.js";

interface Env {
  DB: D1 & { exec(sql: string): Promise<unknown> };
  ACCOUNTS: { getByName(name: string): StoreStub & { test(name: string | null): Promise<string> } };
}

/** What a case ends with: nothing, or why it failed. */
async function tested(name: string | null, open: () => Promise<Store> | Store): Promise<string> {
  try {
    if (name === null) {
      await signUp(await open());
      return "";
    }
    const one = cases.find((some) => some.name === name);
    if (one === undefined) {
      return "there is no such case";
    }
    await runCase(one, open);
    return "";
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
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
        for (const table of ["enrol_kv", "enrol_schema", "enrol_commit"]) {
          await DB.exec(`DROP TABLE IF EXISTS ${table}`);
        }
        return new Response(await tested(name, () => d1Store(DB)));
      case "/object":
        return new Response(await fresh().test(name));
      default:
        return new Response(await tested(name, () => stubStore(fresh())));
    }
  },
};
