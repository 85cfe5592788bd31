// Cases of scan.

import { type Subject, same } from "./subject.js";

export async function pages(s: Subject): Promise<void> {
  const want: string[] = [];
  for (let i = 0; i < 300; i++) {
    const key = `page/${String(i).padStart(3, "0")}`;
    await s.put(key, "");
    if (i % 7 === 0) {
      await s.commit({ deletes: [key] });
    } else {
      want.push(key);
    }
  }
  for (const limit of [1, 2, 50, want.length, 1000]) {
    const got: string[] = [];
    for (let after = ""; ; after = got.at(-1) as string) {
      const page = await s.scanKeys("page/", after, limit);
      got.push(...page);
      if (page.length < limit) {
        break;
      }
    }
    same(got, want, `in pages of ${limit}`);
  }
}
