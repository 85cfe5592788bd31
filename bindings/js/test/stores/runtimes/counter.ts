// A process that adds to a counter in a file of SQLite, in conditional commits,
// and sends its parent each number that it has written.

import process from "node:process";
import { sqliteStore } from "@enrol-sso/enrol/stores/node-sqlite";

const [file = "", counts = ""] = process.argv.slice(2);
const store = sqliteStore(file);
for (let done = 0; done < Number(counts); ) {
  const [value] = await store.get(["counter"]);
  const data = String(Number(value?.data ?? 0) + 1);
  const check = { key: "counter", version: value?.version ?? "" };
  if (await store.commit({ checks: [check], puts: [{ key: "counter", data }], deletes: [] })) {
    done++;
    process.send?.(data);
  }
}
store.close?.();
process.disconnect?.();
