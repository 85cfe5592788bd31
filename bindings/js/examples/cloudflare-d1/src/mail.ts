// The message service: hands mails to a provider over HTTP. Only mails have a confirm
// token, and they go to the owner of the address.

import { type Service, ServiceError } from "@enrol-sso/enrol";
import { mailService } from "@enrol-sso/enrol/mail";

/** What sending needs: a provider, what it lets us in with, and where links lead. */
export interface MailEnv {
  MAIL_URL: string;
  MAIL_TOKEN: string;
  PUBLIC_URL: string;
}

/** Throws where the provider did not take a mail: it is delivered again later. */
export function mailer({ MAIL_URL, MAIL_TOKEN, PUBLIC_URL }: MailEnv): Service {
  return mailService(
    async ({ from, to, subject, text, html }, context) => {
      const response = await fetch(MAIL_URL, {
        method: "POST",
        headers: {
          authorization: `Bearer ${MAIL_TOKEN}`,
          "content-type": "application/json",
          "idempotency-key": context.headers["webhook-id"] ?? "", // stays the same over repetitions
        },
        body: JSON.stringify({ from, to, subject, text, html }),
        signal: context.signal,
      });
      if (!response.ok) {
        const { status } = response;
        const down = status >= 500 || status === 401 || status === 429; // else it is about this mail only
        throw new ServiceError(down ? "down" : "refused", `the mail provider answered ${status}`);
      }
    },
    { publicUrl: PUBLIC_URL },
  );
}
