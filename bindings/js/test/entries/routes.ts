// The engine whose routes are served in each runtime.

import { createEnrol, type Enrol, memoryStore } from "@enrol-sso/enrol";

export function engine(): Promise<Enrol> {
  return createEnrol({
    conf: {
      apps: "CRM",
      password: { minComplexity: 0, expiry: 0 },
      enrol: { passwordHash: "pbkdf2-sha512" },
      hashSecret: { rounds: 1000 },
    },
    secretKey: `k1:${"A".repeat(43)}`,
    store: memoryStore(),
    audit: () => {},
  });
}
