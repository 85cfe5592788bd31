// Mails, which are printed until you send them.

import { mailService } from "@enrol-sso/enrol/mail";

/** Prints mails. To send them, pass them to your provider, and throw if it does not take one. */
export function mail(publicUrl: string) {
  return mailService(({ to, subject, text }) => console.log(`\nTo: ${to}\nSubject: ${subject}\n\n${text}`), {
    publicUrl,
  });
}
