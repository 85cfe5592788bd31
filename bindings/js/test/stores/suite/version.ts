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

export async function neverRecurs(s: Subject): Promise<void> {
  const values = new Map<string, string>(); // by version
  for (let i = 0; i < 30; i++) {
    await s.put("k", String(i)); // creates the key in every third round
    const version = await s.version("k");
    assert(!values.has(version), `version ${version} stood for ${values.get(version)} and now for ${i}`);
    for (const old of values.keys()) {
      await s.refuse({ checks: [{ key: "k", version: old }], deletes: ["k"] });
    }
    values.set(version, String(i));
    if (i % 3 === 2) {
      await s.commit({ deletes: ["k"] }); // so that a count per key would start again
    }
  }
}
