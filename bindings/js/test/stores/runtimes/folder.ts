// A folder for the files of a test.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export function temporary(): { path(name: string): string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), "enrol-stores-"));
  return {
    path: (name) => join(folder, name),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
