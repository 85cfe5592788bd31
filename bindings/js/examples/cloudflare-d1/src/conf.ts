// The configuration: what is not here has its default. Whether a name or an address is taken is told by mail alone, so
// that nobody can find out who has an account.

import type { Conf } from "@enrol-sso/enrol";

export const conf = {
  apps: "CRM",
  main: { siteName: "Example", emailService: "mail" },
  password: { minLength: 12, minComplexity: 3, expiry: 0, rejectList: [] },
  signup: {
    informIfUserInvalid: true,
    informIfEmailInvalid: true,
    isApprovalNeeded: false,
    emailConfirmFrom: "hello@example.com",
    emailWelcomeFrom: "hello@example.com",
  },
  enrol: { blockCommonPasswords: true, confirmRequiresPassword: true, rateSignup: 20, rateConfirm: 60, rateResend: 20 },
} satisfies Conf;
