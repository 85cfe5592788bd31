// Signs many up, and measures how often a timer ticks meanwhile: with the default kdf, by argon2id and by PBKDF2
// as they are by default, and with hashes of the module on this thread.

import { createEnrol, type EnrolOptions, memoryStore } from "@enrol-sso/enrol";

/** How many sign up. */
const SIGNUPS = 24;

/** How many of them at a time: few, since a slow machine refuses those who would wait too long. */
const AT_ONCE = 3;

/** What is signed up with, apart from what each measurement changes. */
export function engine(passwordHash: "argon2id" | "pbkdf2-sha512", options: Partial<EnrolOptions> = {}) {
  return createEnrol({
    conf: {
      apps: "CRM",
      password: { minComplexity: 0 },
      signup: { emailConfirmEnabled: false, emailWelcomeEnabled: false },
      enrol: { passwordHash },
    },
    strict: false,
    secretKey: `k1:${"A".repeat(43)}`,
    store: memoryStore(),
    audit: () => {},
    ...options,
  });
}

async function ticks(...how: Parameters<typeof engine>): Promise<number> {
  const enrol = await engine(...how);
  const signup = async (username: string) => {
    const answer = await enrol.signup({
      username,
      password: "correct horse battery",
      email: `${username}@example.com`,
    });
    if (!answer.ok) {
      throw new Error(answer.reasons.join());
    }
  };
  await signup("first"); // threads start
  let ticks = 0;
  let timer: ReturnType<typeof setTimeout>;
  const tick = () => {
    ticks++;
    timer = setTimeout(tick, 0);
  };
  timer = setTimeout(tick, 0);
  const began = performance.now();
  let next = 0;
  const some = async () => {
    while (next < SIGNUPS) {
      await signup(`user${next++}`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, some));
  clearTimeout(timer);
  const seconds = (performance.now() - began) / 1000;
  await enrol.close();
  return Math.round(ticks / seconds);
}

/** The ticks a second of each measurement. */
export interface Ticks {
  argon2id: number;
  pbkdf2: number;
  here: number;
}

/** Measures all. */
export async function measure(): Promise<Ticks> {
  return {
    argon2id: await ticks("argon2id"),
    pbkdf2: await ticks("pbkdf2-sha512"),
    here: await ticks("argon2id", { kdf: () => undefined }),
  };
}
