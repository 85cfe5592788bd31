// Prints a new secret key. It belongs where the database is not.

import { newSecretKey } from "@enrol-sso/enrol";

console.log(newSecretKey());
