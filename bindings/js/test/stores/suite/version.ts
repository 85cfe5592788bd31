// Cases of versions.

import { assert, type Subject } from "./subject.js";
import { texts } from "./text.js";

export async function isPrintable(s: Subject): Promise<void> {
  for (const [i, text] of texts.entries()) {
    await s.put(`key/${i}`, text);
    const version = await s.version(`key/${i}`);
    assert(
      /^[\x21-\x7e]{1,64}$/.test(version),
      `version ${JSON.stringify(version)} is not 1 to 64 printable characters`,
    );
  }
}

export async function stays(s: Subject): Promise<void> {
  await s.put("a", "1");
  const before = await s.version("a");
  await s.put("b", "2");
  await s.put("b", "3", "c", "4");
  await s.commit({ deletes: ["b"] });
  await s.refuse({ checks: [{ key: "b", version: "x" }], puts: [{ key: "a", data: "5" }] }, "b");
  const after = await s.version("a");
  assert(after === before, `the version of an untouched key went from ${before} to ${after}`);
  await s.commit({ checks: [{ key: "a", version: before }] });
}

export async function neverRecurs(s: Subject): Promise<void> {
  const values = new Map<string, string>(); // by version
  for (let i = 0; i < 30; i++) {
    await s.put("k", String(i)); // creates the key in every third round
    const version = await s.version("k");
    assert(!values.has(version), `version ${version} stood for ${values.get(version)} and now for ${i}`);
    for (const old of values.keys()) {
      await s.refuse({ checks: [{ key: "k", version: old }], deletes: ["k"] }, "k");
    }
    values.set(version, String(i));
    if (i % 3 === 2) {
      await s.commit({ deletes: ["k"] }); // so that a count per key would begin anew
    }
  }
}
