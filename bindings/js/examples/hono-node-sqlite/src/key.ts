// Prints a new secret key. It belongs where the database is not.

import { randomBytes } from "node:crypto";

console.log(`k1:${randomBytes(32).toString("base64url")}`);
