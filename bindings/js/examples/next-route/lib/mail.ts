// Mails. Only they have a confirm token: it is for the owner of the address, and for
// nobody who typed it.

import { type Mail, mailService } from "@enrol-sso/enrol/mail";

/** The message service. Its links lead to pages of the site: /confirm#TOKEN and /signup. */
export const mail = () => mailService(send, { publicUrl: process.env["SITE"] });

/** Sends a mail. Here it is printed: call your mail service instead. */
async function send({ to, subject, text }: Mail): Promise<void> {
  console.log(`\nTo: ${to}\nSubject: ${subject}\n\n${text}\n`);
}
