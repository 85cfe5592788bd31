// What is installed in tests/runtimes: runtimes and drivers, on which the package
// itself does not depend.

import { createRequire } from "node:module";

/** Loads a package that is installed there. */
export const installed = createRequire(new URL("../../../../../tests/runtimes/package.json", import.meta.url));
