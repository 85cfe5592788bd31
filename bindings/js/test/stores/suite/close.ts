// Cases of close.

import { assert, failure, gaveUp, isClosed, isUnknown, type Subject, whole } from "./subject.js";

export async function laterCalls(s: Subject): Promise<void> {
  await s.put("a", "1");
  await s.store.close?.();
  for (const call of [
    () => s.store.get(["a"]),
    () => s.store.commit(whole({ puts: [{ key: "a", data: "2" }] })),
    () => s.store.commit(whole({})),
    () => s.store.scan("", "", 10),
  ]) {
    const error = await failure(call);
    assert(isClosed(error), `a call after close: got ${error}, want an error with the code "closed"`);
  }
}

export async function twice(s: Subject): Promise<void> {
  await Promise.all([s.store.close?.(), s.store.close?.()]);
  await s.store.close?.();
}

export async function running(s: Subject): Promise<void> {
  const workers = 8;
  let begun = 0;
  let go = () => {};
  const all = new Promise<void>((resolve) => {
    go = resolve;
  });
  const calls = Array.from({ length: workers }, async (_, worker) => {
    for (let i = 0; ; i++) {
      const key = `${worker}/${i % 10}`;
      try {
        await s.store.commit(whole({ puts: [{ key, data: "" }] }));
        const [value] = await s.store.get([key]);
        assert(value !== null, "get answered null for a committed key");
        await s.store.scan(key, "", 10);
      } catch (error) {
        if (isClosed(error) || isUnknown(error)) {
          return;
        }
        if (!gaveUp(error)) {
          throw error;
        }
      }
      if (i === 0 && ++begun === workers) {
        go();
      }
    }
  });
  await Promise.race([all, Promise.all(calls)]);
  await s.store.close?.();
  await Promise.all(calls);
}
