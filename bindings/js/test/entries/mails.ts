// Writes the mails that Go recorded, in the runtime that runs this, and names those
// that differ.

import { mailOf } from "@enrol-sso/enrol/mail";
import recorded from "./recorded.js";

/** The names of the recorded mails that this runtime writes otherwise. */
export function differing(): string[] {
  return recorded
    .filter(({ language, public_url, default_app, id, body, mail }) => {
      const options = { publicUrl: public_url, defaultApp: default_app, language };
      const { subject, text, html, to, headers } = mailOf(JSON.parse(body), id, options);
      const got = [subject, text, html, to, ...Object.entries(headers).sort()];
      const want = [mail.subject, mail.text, mail.html, mail.to, ...Object.entries(mail.headers).sort()];
      return JSON.stringify(got) !== JSON.stringify(want);
    })
    .map(({ name }) => name);
}
