// The texts of messages. Only they ever hold a confirm token: it is for the owner
// of the address, and for nobody who just typed it.

import type { MessagePayload } from "@enrol-sso/enrol";

/** A message as a mail service takes it. */
export interface Mail {
  /** The same if the message is sent again: hand it on as an idempotency key. */
  id: string;
  from: string;
  to: string;
  subject: string;
  text: string;
}

/** Writes a message; `site` is where the pages are. */
export function mailOf(message: MessagePayload["data"], id: string, site: string): Mail {
  const [subject, text] = textsOf(message, site);
  return { id, from: message.from, to: message.to, subject, text };
}

function textsOf({ kind, username, token, expires, reason, site_name: name }: MessagePayload["data"], site: string) {
  switch (kind) {
    case "confirm":
    case "confirm_resent":
      // What follows "#" stays in the browser: it is in no log and no Referer.
      return [
        `Confirm your account at ${name}`,
        `Somebody signed up as ${username} with this address. If that was you, go on here:\n\n` +
          `${site}/confirm.html#${token}\n\nThe link works until ${expires}. If it was not you, there is nothing to do.`,
      ] as const;
    case "username_taken":
      return [
        `Choose another username at ${name}`,
        `The username ${username} is already taken. Please sign up with another one:\n\n${site}/`,
      ] as const;
    case "email_taken":
      return [
        `You already have an account at ${name}`,
        "Somebody signed up with this address, which has an account already. " +
          "If that was you, log in instead. If it was not, there is nothing to do.",
      ] as const;
    case "welcome":
    case "approved":
      return [`Welcome to ${name}`, `Your account ${username} is ready.`] as const;
    case "rejected":
      return [`Your account at ${name}`, `Your account ${username} was not approved. ${reason}`] as const;
    case "login_attempts":
      return [
        `Wrong passwords for your account at ${name}`,
        `Somebody tried many passwords for your account ${username}. Until tomorrow you can log in ` +
          "only from where you did before. If you use this password elsewhere, choose another one there.",
      ] as const;
  }
}
