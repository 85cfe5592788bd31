// A worker that makes its engine at module scope, and answers with the results of
// operations.

import { createEnrol, memoryStore } from "@enrol-sso/enrol";

let delivered = 0;
const enrol = await createEnrol({
  conf: `
[password]
min_complexity=0
[apps]
all=CRM
signup_allowed=CRM
[signup]
callback_service_list=crm
[enrol]
password_hash=pbkdf2-sha512
[hash_secret]
rounds=1000
`,
  secretKey: `k1:${"A".repeat(43)}`,
  store: memoryStore(),
  audit: () => {},
  services: { crm: () => ++delivered },
});

export default {
  async fetch(request: Request): Promise<Response> {
    const username = new URL(request.url).pathname.slice(1);
    if (username === "") {
      return new Response(String(delivered));
    }
    const password = "correct horse battery";
    const answer = await enrol.signup({ username, password, email: `${username}@example.com`, appList: ["CRM"] });
    return new Response(answer.ok ? "signed up" : JSON.stringify(answer));
  },
};
