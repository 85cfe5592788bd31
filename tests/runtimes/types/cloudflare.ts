// The stores take what Cloudflare's types say that a Worker has.

import { DurableObject } from "cloudflare:workers";
import type { Batch, Store } from "@enrol-sso/enrol";
import { d1Store } from "@enrol-sso/enrol/stores/d1";
import { durableObjectStore, stubStore } from "@enrol-sso/enrol/stores/durable-object";

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
}

export function stores(env: { DB: D1Database; ACCOUNTS: DurableObjectNamespace<Accounts> }): Store[] {
  return [
    d1Store(env.DB),
    d1Store(env.DB.withSession("first-primary")),
    stubStore(env.ACCOUNTS.getByName("accounts")),
  ];
}
