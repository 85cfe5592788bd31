// Signs up with better-auth: node:sqlite in memory, a cheap hash, and a function that records its messages.

import { randomBytes } from "node:crypto";
import { DatabaseSync } from "node:sqlite";
import { betterAuth } from "better-auth";

const options = (database, delivered) => ({
  database,
  secret: randomBytes(32).toString("base64url"),
  baseURL: "http://localhost:3000",
  emailAndPassword: {
    enabled: true,
    requireEmailVerification: true, // as Enrol does; so neither of the two opens a session
    password: { hash: async () => "0".repeat(161), verify: async () => true },
  },
  emailVerification: { sendOnSignUp: true, sendVerificationEmail: async () => delivered() },
});

/** The statements that make its tables. */
export async function schema() {
  const { getMigrations } = await import("better-auth/db/migration");
  const { compileMigrations } = await getMigrations(options(new DatabaseSync(":memory:"), () => {}));
  return compileMigrations();
}

/** Starts, and returns how to sign up. Calls `delivered` with every message. */
export async function start(delivered, tables) {
  const database = new DatabaseSync(":memory:");
  database.exec(tables);
  const auth = betterAuth(options(database, delivered));
  return async (name, password) => {
    const answer = await auth.api.signUpEmail({ body: { name, email: `${name}@example.com`, password } });
    return answer.user.id !== "";
  };
}
