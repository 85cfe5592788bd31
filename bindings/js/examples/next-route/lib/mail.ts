// Messages. Only they ever hold a confirm token: it is for the owner of the
// address, and for nobody who just typed it.

import type { MessagePayload } from "@enrol-sso/enrol";

/** Sends a message. Here it is printed: put your mail service in its place. */
export async function send(message: MessagePayload["data"]): Promise<void> {
  console.log(`\nTo: ${message.to}\n\n${textOf(message)}\n`);
}

function textOf({ kind, username, token, expires }: MessagePayload["data"]): string {
  switch (kind) {
    case "confirm":
    case "confirm_resent":
      // What follows "#" stays in the browser. The page there has a button that posts it.
      return `Welcome, ${username}. Please confirm your account until ${expires}: ${process.env["SITE"]}/confirm#${token}`;
    case "username_taken":
      return `The username ${username} is already taken. Please choose another one.`;
    case "email_taken":
      return "Somebody signed up with this address, which has an account already. If that was you, log in instead.";
    default:
      return `There is news about your account ${username}.`;
  }
}
