// Cases of commit.

import { failure, type Subject, whole } from "./subject.js";

export async function appliesAll(s: Subject): Promise<void> {
  await s.put("a", "1", "b", "2", "c", "3");
  await s.commit({
    checks: [
      { key: "a", version: await s.version("a") },
      { key: "d", version: "" },
    ],
    puts: [
      { key: "d", data: "4" },
      { key: "a", data: "5" },
    ],
    deletes: ["c", "b"],
  });
  await s.holds("a", "5", "d", "4");
}

export async function listsFailedChecks(s: Subject): Promise<void> {
  await s.put("a", "1", "b", "2", "c", "3", "d", "4");
  const [a, b, c, d] = (await s.get("a", "b", "c", "d")).map((value) => value?.version ?? "") as [
    string,
    string,
    string,
    string,
  ];
  await s.put("d", "5", "b", "6");
  await s.commit({ deletes: ["a"] });
  const batch = {
    checks: [
      { key: "e", version: "" },
      { key: "d", version: d },
      { key: "a", version: a },
      { key: "c", version: c },
      { key: "b", version: b },
    ],
    puts: [
      { key: "e", data: "7" },
      { key: "d", data: "8" },
    ],
    deletes: ["c"],
  };
  await s.refuse(batch, "d", "a", "b");
  await s.holds("b", "6", "c", "3", "d", "5");
}

export async function checksAbsence(s: Subject): Promise<void> {
  const absent = { checks: [{ key: "a", version: "" }], puts: [{ key: "a", data: "1" }] };
  await s.commit(absent);
  await s.refuse(absent, "a");
  await s.put("a", ""); // an empty value is a value
  await s.refuse(absent, "a");
  await s.commit({ deletes: ["a"] });
  await s.commit(absent);
}

export async function checksUnknownVersion(s: Subject): Promise<void> {
  await s.put("a", "1");
  const current = await s.version("a");
  for (const version of ["no such version", "0", "1", "f".repeat(20), `${current}0`]) {
    if (version !== current) {
      await s.refuse({ checks: [{ key: "a", version }] }, "a");
      await s.refuse({ checks: [{ key: "b", version }] }, "b");
    }
  }
}

export async function changesCheckedKeys(s: Subject): Promise<void> {
  await s.put("a", "1", "b", "2", "c", "3");
  const checks = (await s.get("a", "b", "c")).map((value, i) => ({
    key: "abc"[i] as string,
    version: value?.version ?? "",
  }));
  const batch = { checks, puts: [{ key: "a", data: "4" }], deletes: ["b"] };
  await s.commit(batch);
  await s.holds("a", "4", "c", "3");
  await s.refuse(batch, "a", "b");
}

export async function withoutChanges(s: Subject): Promise<void> {
  await s.commit({});
  await s.commit({ checks: [{ key: "a", version: "" }] });
  await s.put("a", "1");
  await s.refuse({ checks: [{ key: "a", version: "" }] }, "a");
  await s.holds("a", "1");
}

export async function deletesAbsent(s: Subject): Promise<void> {
  await s.commit({ deletes: ["a", "b"] });
  await s.put("a", "1");
  await s.commit({ deletes: ["a", "b"] });
  await s.commit({ deletes: ["a"] });
  await s.holds();
}

export async function refusesKeyTwice(s: Subject): Promise<void> {
  await s.put("a", "1");
  const b = { key: "b", data: "2" };
  const a = { key: "a", data: "2" };
  for (const batch of [
    { puts: [b, a, { key: "a", data: "3" }] },
    { puts: [b, a], deletes: ["a"] },
    { puts: [b], deletes: ["a", "a"] },
  ]) {
    await failure(() => s.store.commit(whole(batch)));
    await s.holds("a", "1");
  }
}
