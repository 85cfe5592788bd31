// How mails are written.

/** How mails are written. */
export interface MailOptions {
  /**
   * Where your pages are, such as "https://example.com/join". Links lead to `/confirm#TOKEN` and
   * `/signup` below it. Without it, mails have the token to type, and no links. It must be https,
   * except on loopback.
   */
  publicUrl?: string | undefined;
  /**
   * The application that your pages are for if a link names none: `apps.default`. Links for other
   * applications name theirs, as in `/confirm?app=Billing#TOKEN`. Without it, no link names one.
   */
  defaultApp?: string | undefined;
  /**
   * The language of mails to users whose `attrs.locale` is not set or not one of the languages that
   * there are; "en" if not given. Links of mails in another language name it, so that your pages can
   * open in it: `/confirm?lang=de#TOKEN`.
   */
  language?: string | undefined;
}
