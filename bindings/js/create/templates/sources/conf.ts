// The rules of sign-ups: your editor explains each.

import type { Conf } from "@enrol-sso/enrol";

export const conf = {
  apps: "app",
  main: { siteName: "My app", emailService: "mail" },
  password: { minLength: 10, minComplexity: 3, expiry: 0 },
  signup: { isApprovalNeeded: false, emailConfirmFrom: "My app <hello@example.com>", emailWelcomeEnabled: false },
  enrol: { confirmRequiresPassword: true, bindApps: true, rateSignup: 30, rateVerify: 100 },
} satisfies Conf;
