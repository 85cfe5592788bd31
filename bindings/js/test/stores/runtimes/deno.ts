// Runs the suite inside Deno, on Deno KV: in memory and in files.

import { type DenoKv, denoKvStore } from "@enrol-sso/enrol/stores/deno-kv";
import { hammer } from "../suite/hammer.js";
import { assert, failure, same } from "../suite/subject.js";
import { verify } from "../suite/verify.js";
import { temporary } from "./folder.js";
import { report, step } from "./report.js";

declare const Deno: { openKv(path: string): Promise<DenoKv & { close(): void }> };

const { path, remove } = temporary();
let files = 0;
await report("Deno KV in memory", async () => denoKvStore(await Deno.openKv(":memory:")));
await report("Deno KV in a file", async () => denoKvStore(await Deno.openKv(path(`${files++}.sqlite`))));
await step("Deno KV: connections to one file are serializable together", async () => {
  const stores = [];
  for (let i = 0; i < 3; i++) {
    stores.push(denoKvStore(await Deno.openKv(path("shared.sqlite"))));
  }
  verify(await hammer(stores, { workers: 15, calls: 80, seed: 3 }));
});
await step("Deno KV: answers that are lost leave the outcome unknown", async () => {
  const kv = await Deno.openKv(":memory:");
  let commits = 0;
  const losing: DenoKv = {
    getMany: (keys) => kv.getMany(keys),
    list: (selector, options) => kv.list(selector, options),
    atomic: () => {
      const atomic = kv.atomic();
      const commit = atomic.commit.bind(atomic);
      atomic.commit = async () => {
        const result = await commit();
        if (++commits % 10 === 0 && commits < 300) {
          throw new TypeError("connection lost");
        }
        return result;
      };
      return atomic;
    },
  };
  const history = await hammer(denoKvStore(losing), { workers: 8, calls: 60, seed: 4 });
  verify(history);
  const lost = history.operations.filter(({ end }) => end === Number.POSITIVE_INFINITY).length;
  assert(lost > 5, `only ${lost} answers were lost`);
});
await step("Deno KV: a store of a newer version is refused", async () => {
  const kv = await Deno.openKv(":memory:");
  await kv.atomic().set(["enrol", "schema"], 2).commit();
  const error = await failure(() => denoKvStore(kv).get(["a"]));
  assert(/schema is 2, known up to 1/.test(error.message), error.message);
});
await step("Deno KV: stores under different prefixes know nothing of each other", async () => {
  const kv = await Deno.openKv(":memory:");
  const [one, other] = [denoKvStore(kv), denoKvStore(kv, { prefix: ["enrol", "other"] })];
  await one.commit({ checks: [], puts: [{ key: "a", data: "1" }], deletes: [] });
  same(await other.scan("", "", 10), [], "what the other store holds");
  await other.commit({ checks: [{ key: "a", version: "" }], puts: [{ key: "a", data: "2" }], deletes: [] });
  same((await one.get(["a"]))[0]?.data, "1", "what the first store holds");
});
remove();
