// A mail that is ready to be sent.

import type { Language } from "../messages/index.js";

/** A mail. No member has a control character, except the line breaks of `text` and `html`. */
export interface Mail {
  /** The sender: an address, or `"name" <address>`. */
  from: string;
  /** The recipient: an address, with the domain in ASCII. */
  to: string;
  /** Recipients of copies, like `from`. */
  cc: string[];
  /** Recipients of blind copies, like `from`. */
  bcc: string[];
  /** The subject, on one line. */
  subject: string;
  /** The mail as plain text. */
  text: string;
  /** The mail as an HTML document. */
  html: string;
  /** The language that the mail is in. */
  language: Language;
  /** Further headers. They are the same each time that the event is delivered. */
  headers: MailHeaders;
}

/** The headers of a mail that its other members do not hold. */
export type MailHeaders = {
  /** `auto-generated`, so that no vacation notice answers. */
  "Auto-Submitted": string;
  /** The language. */
  "Content-Language": string;
  /** The time of the event (RFC 5322). */
  Date: string;
  /** The id of the event at the sender's domain, in angle brackets. */
  "Message-ID": string;
};
