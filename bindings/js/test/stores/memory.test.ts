// The store in memory.

import { memoryStore } from "@enrol-sso/enrol";
import { suite } from "./node.js";

suite("memoryStore", () => memoryStore());
