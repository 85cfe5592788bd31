// What is installed in tests/runtimes: runtimes and drivers, which the package
// itself depends on in no way.

import { createRequire } from "node:module";

/** Loads a package that is installed there. */
export const installed = createRequire(new URL("../../../../../tests/runtimes/package.json", import.meta.url));
