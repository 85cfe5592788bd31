// Signs up by each entry that is not for edge workers, in the runtime that runs
// this, and prints "signed up" for each. Then writes mails, and prints which differ
// from those of Go.

import * as main from "@enrol-sso/enrol";
import * as inline from "@enrol-sso/enrol/inline";
import { differing } from "./mails.js";

for (const { createEnrol, memoryStore } of [main, inline]) {
  const enrol = await createEnrol({
    conf: "[apps]\nall=CRM\nsignup_allowed=CRM\n[enrol]\nargon2_memory=8192\nargon2_iterations=1\n",
    secretKey: `k1:${"A".repeat(43)}`,
    store: memoryStore(),
    audit: () => {},
  });
  const answer = await enrol.signup({
    username: "ada",
    password: "correct horse battery",
    email: "ada@example.com",
    appList: ["CRM"],
  });
  await enrol.close();
  // biome-ignore lint/suspicious/noConsole: it is what the test reads
  console.log(answer.ok ? "signed up" : answer.subStatus);
}
// biome-ignore lint/suspicious/noConsole: as above
console.log(`mails that differ: ${differing().join() || "none"}`);
