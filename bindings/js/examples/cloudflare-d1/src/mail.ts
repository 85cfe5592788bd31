// The message service: hands messages to a provider over HTTP. Only messages ever
// hold a confirm token, and they go to the owner of the address.

import { type MessagePayload, type Service, ServiceError } from "@enrol-sso/enrol";
import { messageService } from "@enrol-sso/enrol/services";

/** What sending needs: a provider, what it lets us in with, and where links lead. */
export interface MailEnv {
  MAIL_URL: string;
  MAIL_TOKEN: string;
  CONFIRM_PAGE: string;
}

/** Throws where the provider did not take a message: it is delivered again later. */
export function mailer({ MAIL_URL, MAIL_TOKEN, CONFIRM_PAGE }: MailEnv): Service {
  return messageService(async (message, { headers, signal }) => {
    const { from, to } = message;
    const response = await fetch(MAIL_URL, {
      method: "POST",
      headers: {
        authorization: `Bearer ${MAIL_TOKEN}`,
        "content-type": "application/json",
        "idempotency-key": headers["webhook-id"] ?? "", // stays the same over repetitions
      },
      body: JSON.stringify({ from, to, ...textsOf(message, CONFIRM_PAGE) }),
      signal,
    });
    if (!response.ok) {
      const { status } = response;
      const down = status >= 500 || status === 401 || status === 429; // else it is about this message only
      throw new ServiceError(down ? "down" : "refused", `the mail provider answered ${status}`);
    }
  });
}

function textsOf(message: MessagePayload["data"], page: string): { subject: string; text: string } {
  const { kind, username, token, expires, reason, site_name: name } = message;
  switch (kind) {
    case "confirm":
    case "confirm_resent":
      // What follows "#" stays in the browser: it is in no log and no Referer.
      return {
        subject: `Confirm your account at ${name}`,
        text:
          `Somebody signed up as ${username} with this address. If that was you, go on at ${page}#${token} ` +
          `until ${expires}.`,
      };
    case "username_taken":
      return {
        subject: `Choose another username at ${name}`,
        text: `The username ${username} is already taken. Please sign up with another one.`,
      };
    case "email_taken":
      return {
        subject: `You already have an account at ${name}`,
        text: "Somebody signed up with this address, which has an account already. If that was you, log in instead.",
      };
    case "welcome":
    case "approved":
      return { subject: `Welcome to ${name}`, text: `Your account ${username} is ready.` };
    case "rejected":
      return { subject: `Your account at ${name}`, text: `Your account ${username} was not approved. ${reason}` };
    case "login_attempts":
      return {
        subject: `Wrong passwords for your account at ${name}`,
        text: `Somebody tried many passwords for your account ${username}. Until tomorrow you can log in only from where you did before.`,
      };
  }
}
