// A worker that signs up with argon2id as it is by default, and answers with the hash of the password and how much memory
// argon2id in SIMD had.

import { createEnrol, memoryStore } from "@enrol-sso/enrol";

let memoryBytes = 0;
const { Instance } = WebAssembly;
WebAssembly.Instance = class extends Instance {
  constructor(module: WebAssembly.Module, imports?: WebAssembly.Imports) {
    super(module, imports);
    const memory = imports?.["env"]?.["memory"]; // only argon2id imports it
    if (memory instanceof WebAssembly.Memory) {
      memoryBytes = Math.max(memoryBytes, memory.buffer.byteLength);
    }
  }
};

const store = memoryStore();
const enrol = await createEnrol({
  conf: {
    apps: "CRM",
    password: { minComplexity: 0 },
    signup: { emailConfirmEnabled: false, emailWelcomeEnabled: false, isApprovalNeeded: false },
    main: { encryptPassword: false },
  },
  strict: false,
  secretKey: `k1:${"A".repeat(43)}`,
  store,
  audit: () => {},
});

export default {
  async fetch(): Promise<Response> {
    const password = "correct horse battery";
    const answer = await enrol.signup({ username: "ada", password, email: "ada@example.com" });
    if (!answer.ok) {
      return Response.json(answer);
    }
    await enrol.confirm({ confirmToken: answer.confirmToken });
    const { ok } = await enrol.verify({ username: "ada", password });
    const users = await store.scan("user/", "", 10);
    const [hash] = /\$argon2id\$[^"]*/.exec(users[0]?.data ?? "") ?? [];
    return Response.json({ ok, hash, memoryBytes });
  },
};
