// Removes what earlier builds left, so that no file of theirs is shipped or tested.

import { rmSync } from "node:fs";

for (const folder of ["dist", "build"]) {
  rmSync(new URL(`../${folder}/`, import.meta.url), { recursive: true, force: true });
}
