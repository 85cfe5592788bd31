// Writes the mail of a message.

import { need, needKnown } from "../misuse.js";
import { ServiceError } from "../service-error.js";
import type { MessagePayload } from "../services.js";
import { type Address, checkAddress, domainOf, type Parsed, parseAddress, written } from "./address.js";
import { catalogueOf, inLayout, languages, matchLanguage } from "./catalogue.js";
import { escapeQuery, escapeURL } from "./escape.js";
import type { Mail } from "./mail.js";
import type { MailOptions } from "./options.js";
import { htmlOf, paragraphsOf, textOf } from "./paragraphs.js";
import { plain } from "./pattern.js";
import { readPayload } from "./payload.js";
import { checkPublicURL } from "./public-url.js";
import { printable } from "./values.js";

/** Writes the mail of a payload and of the id of its event. */
export type Writer = (payload: MessagePayload, id: string) => Mail;

/** Checks the options, and returns what writes mails with them. */
export function writer(options: MailOptions): Writer {
  needKnown(options, { publicUrl: 0, defaultApp: 0, language: 0 });
  const { publicUrl = "", defaultApp = "", language: tag = "en" } = options;
  const areStrings = [publicUrl, defaultApp, tag].every((option) => typeof option === "string");
  need(areStrings, "publicUrl, defaultApp and language must be strings");
  const { url, host } = checkPublicURL(publicUrl);
  const standard = matchLanguage(tag);
  need(standard !== undefined, `language: there are mails in ${languages.join(", ")}`);
  return (payload, id) => write(payload, id, { standard: standard as string, url, host, defaultApp });
}

/** Checked options. */
interface Checked {
  standard: string;
  url: string;
  host: string;
  defaultApp: string;
}

function write(payload: MessagePayload, id: string, { standard, url, host, defaultApp }: Checked): Mail {
  const message = readPayload(payload);
  if (typeof id !== "string" || !/^[A-Za-z0-9_-]{1,128}$/.test(id)) {
    throw new ServiceError("refused", "the id of the event cannot be a Message-ID");
  }
  const to = checkAddress(message.to);
  if (!to.ok) {
    throw new ServiceError("final", "the address of the user is not one that a mail can be sent to");
  }
  const group = `signup.email_${CONFIRM_KINDS.has(message.kind) ? "confirm" : "welcome"}`;
  const from = found(parseAddress(message.from), `${group}_from`);
  const cc = message.cc.map((text) => written(found(parseAddress(text), `an entry of ${group}_cc`)));
  const bcc = message.bcc.map((text) => written(found(parseAddress(text), `an entry of ${group}_bcc`)));
  const language = matchLanguage(message.locale) ?? standard;
  const catalogue = catalogueOf(language);
  const mail = catalogue.mail(message.kind);
  if (mail === undefined) {
    throw new ServiceError("refused", "there is no mail of this kind: this program is older than the engine");
  }
  if (!["", "sso-confirm.txt", "sso-welcome.txt"].includes(message.template)) {
    const named = message.kind === "confirm" || message.kind === "confirm_resent" ? "confirm" : "welcome";
    const reason = `the template that signup.email_${named}_template names is not among the templates of mails`;
    throw new ServiceError("refused", reason);
  }
  const token = printable(message.token);
  const query = queryOf(
    message.currentApp === defaultApp || defaultApp === "" ? "" : message.currentApp,
    language === standard ? "" : language,
  );
  const values = {
    application: printable(message.currentApp),
    day: catalogue.day(message.timestamp),
    expires: message.expires === undefined ? "" : catalogue.time(message.expires),
    link: url !== "" && token !== "" ? `${url}/confirm${query}#${escapeURL(token)}` : "",
    public_url: url,
    reason: printable(message.reason),
    signup_link: url !== "" ? `${url}/signup${query}` : "",
    site_name: printable(message.siteName) || host || domainOf(from.address),
    token,
    username: printable(message.username),
  };
  const subject = plain(mail.subject, values);
  const paragraphs = paragraphsOf(mail.blocks, values);
  const content = htmlOf(paragraphs, values, catalogue.labels);
  const { direction } = catalogue;
  return {
    from: written(from),
    to: to.value,
    cc,
    bcc,
    subject,
    text: textOf(paragraphs, values),
    html: inLayout(content, { ...values, subject, language, direction }),
    language: language as Mail["language"],
    headers: {
      "Auto-Submitted": "auto-generated",
      "Content-Language": language,
      Date: message.timestamp.toUTCString().replace("GMT", "+0000"),
      "Message-ID": `<${id}@${domainOf(from.address)}>`,
    },
  };
}

/** The query that leads to the pages of an application in a language. Each is "" where the default is meant. */
function queryOf(app: string, lang: string): string {
  const query = Object.entries({ app, lang }).filter(([, value]) => value !== "");
  return query.map(([name, value], i) => `${i === 0 ? "?" : "&"}${name}=${escapeQuery(value)}`).join("");
}

/** The kinds that have the settings of the confirm mail; others have those of the welcome mail. */
const CONFIRM_KINDS: ReadonlySet<string> = /* @__PURE__ */ new Set([
  "confirm",
  "confirm_resent",
  "username_taken",
  "email_taken",
]);

/** The address, or an error about the setting that it is from. */
function found(parsed: Parsed<Address>, setting: string): Address {
  if (!parsed.ok) {
    throw new ServiceError("refused", `${setting} ${parsed.reason}`);
  }
  return parsed.value;
}
