// Cases of get.

import { type Subject, same } from "./subject.js";

export async function absent(s: Subject): Promise<void> {
  await s.put("b", "there", "gone", "soon");
  await s.commit({ deletes: ["gone"] });
  same(await s.get("a", "gone", "bb", "b/", "c"), [null, null, null, null, null], "absent keys");
}

export async function inOrder(s: Subject): Promise<void> {
  await s.put("a", "1", "b", "2", "c", "3");
  const values = await s.get("c", "a", "absent", "b", "a");
  same(
    values.map((value) => value?.data ?? null),
    ["3", "1", null, "2", "1"],
    "values",
  );
}

export async function nothing(s: Subject): Promise<void> {
  await s.put("a", "1");
  same(await s.get(), [], "values of no keys");
}
