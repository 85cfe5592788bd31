// Rate limits per client address.

import assert from "node:assert/strict";
import { test } from "node:test";
import { account, confWith, ok, refused, start } from "../fixture.js";

test("a request beyond the rate of an address is refused with retryAfter", async () => {
  const limits = ["signup", "confirm", "resend", "verify"].map((operation) => `rate_${operation}=1`);
  const { enrol, events } = await start({
    conf: confWith({ enrol: ["password_hash=pbkdf2-sha512", ...limits].join("\n") }),
  });
  const from = (remoteAddr: string) => ({
    signup: () => enrol.signup({ ...account(`user-${events.length}`), remoteAddr }),
    confirm: () => enrol.confirm({ confirmToken: "none", remoteAddr }),
    resend: () => enrol.resend({ username: "ada", email: "ada@example.com", remoteAddr }),
    verify: () => enrol.verify({ username: "ada", password: "wrong", remoteAddr }),
  });
  for (const operation of ["signup", "confirm", "resend", "verify"] as const) {
    const first = await from("203.0.113.7")[operation]();
    assert(first.ok || !first.subStatus.includes("E901001"), `${operation}: ${JSON.stringify(first)}`);
    const { retryAfter = 0 } = await refused(from("203.0.113.7")[operation](), "E901001");
    assert(retryAfter >= 1 && retryAfter <= 3600, `${operation}: ${retryAfter} seconds`);
    const other = await from("203.0.113.8")[operation]();
    assert(other.ok || !other.subStatus.includes("E901001"), `${operation}: ${JSON.stringify(other)}`);
  }
  for (let n = 0; n < 3; n++) {
    await ok(enrol.signup(account(`unknown-${n}`))); // nobody says from where
  }
  await enrol.close();
});
