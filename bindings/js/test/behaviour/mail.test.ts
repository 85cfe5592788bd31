// Mails: the same as those of Go, byte for byte.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { createEnrol, type MessagePayload, memoryStore, type ServiceContext, ServiceError } from "@enrol-sso/enrol";
import { type Mail, mailOf, mailService } from "@enrol-sso/enrol/mail";
import { parseAddress, written } from "#dist/mail/address.js";
import { matchLanguage } from "#dist/mail/catalogue.js";
import { checkPublicURL } from "#dist/mail/public-url.js";
import { account, confWith, ok, SECRET_KEY, until } from "../fixture.js";

const go = (path: string) => readFileSync(new URL(`../../../../host/mail/${path}`, import.meta.url), "utf8");

interface Address {
  name: string;
  address: string;
}

/** A mail that Go wrote. */
interface Recorded {
  name: string;
  language: string;
  public_url: string;
  default_app?: string;
  id: string;
  body: string;
  mail: Omit<Mail, "from" | "cc" | "bcc"> & { from: Address; cc: Address[]; bcc: Address[] };
}

const recorded = JSON.parse(go("testdata/mails.json")) as Recorded[];
const listed = ({ name, address }: Address) => (name === "" ? address : `"${name}" <${address}>`);

test("mails are those of Go, byte for byte", () => {
  assert(recorded.length > 70);
  for (const { name, language, public_url, default_app, id, body, mail } of recorded) {
    const got = mailOf(JSON.parse(body), id, { publicUrl: public_url, defaultApp: default_app, language });
    const { from, cc, bcc } = mail;
    assert.deepEqual(got, { ...mail, from: listed(from), cc: cc.map(listed), bcc: bcc.map(listed) }, name);
  }
});

test("what is read in a mail is read as in Go", () => {
  interface Case {
    input: string;
    output: string | null;
  }
  const { addresses, public_urls, languages } = JSON.parse(go("testdata/alike.json")) as Record<string, Case[]>;
  const differ: string[] = [];
  const compare = (cases: Case[] | undefined, read: (input: string) => string | null) => {
    assert(cases && cases.length > 10);
    for (const { input, output } of cases) {
      const got = read(input);
      if (got !== output) {
        differ.push(`${JSON.stringify(input)}: ${got}, not ${output}`);
      }
    }
  };
  compare(addresses, (input) => {
    const read = parseAddress(input);
    return read.ok ? written(read.value) : null;
  });
  compare(public_urls, (input) => {
    try {
      const { url, host } = checkPublicURL(input);
      return `${url} ${host}`;
    } catch {
      return null;
    }
  });
  compare(languages, (input) => matchLanguage(input) ?? null);
  assert.equal(differ.join("\n"), "");
});

test("placeholders of the layout stand where they are escaped as text", () => {
  const places = [...go("catalogue/layout.html").matchAll(/(.)\{(\w+)\}(.)/gs)].map(([, ...place]) => place.join(" "));
  assert.deepEqual([...new Set(places)].sort(), ["\n content \n", '" direction "', '" language "', "> subject <"]);
});

const id = "01JZX5Q9W3T8R7M2K4N6P8S0VA";
const token = "abcdefghijklmnopqrstuvwxyz012-_9";

function payload(change: Partial<MessagePayload["data"]> = {}): MessagePayload {
  return {
    type: "user.message",
    timestamp: "2026-03-01T23:59:58.123Z",
    data: {
      kind: "confirm",
      to: "ada@example.org",
      username: "Ada",
      token,
      expires: "2026-03-02T09:05:00Z",
      reason: "",
      from: "confirm@example.com",
      cc: [],
      bcc: [],
      template: "sso-confirm.txt",
      site_name: "Analytical Engines",
      current_app: "CRM",
      ...change,
    },
  };
}

test("the language is that of the user, or else that of the options", () => {
  for (const [language, locale, want] of [
    [undefined, undefined, "en"],
    ["de", undefined, "de"],
    ["de", "fr", "fr"],
    ["de-CH", "xx", "de"],
    [undefined, "pt_PT", "pt-BR"],
    ["pl", "../de", "pl"],
  ] as const) {
    const mail = mailOf(payload(locale ? { locale } : {}), id, { language });
    assert.deepEqual([mail.language, mail.headers["Content-Language"]], [want, want]);
    assert(mail.html.includes(`<html lang="${want}"`));
  }
});

test("values change nothing but texts", () => {
  const options = { publicUrl: "https://join.example.com" };
  const all = (value: string) => payload({ username: value, site_name: value, current_app: value, token: value });
  const outline = (html: string) =>
    html.replace(/>[^<]*/g, ">").replace(/(href="https:\/\/join\.example\.com\/confirm#)[\w.~%-]+"/, '$1"');
  const benign = mailOf(all("x"), id, options);
  for (const value of [
    "a\r\nBcc: eve@example.com",
    "<script>",
    "\"'><b onclick='x'>&amp;",
    "\u202e{token}",
    "a\u2028\ud800b",
    "https://evil.example.com",
    "a\0",
    "</p>$&$1",
  ]) {
    const mail = mailOf(all(value), id, options);
    const lines = [mail.subject, mail.from, mail.to, ...Object.values(mail.headers)];
    assert.doesNotMatch(lines.join(" "), /[\p{Cc}\p{Cs}\u2028]/u);
    assert.doesNotMatch(mail.text + mail.html, /[^\P{Cc}\n]|[\p{Cs}\u2028\u202e]/u);
    assert.equal(outline(mail.html), outline(benign.html));
    assert.equal(mail.text.split("\n").length, benign.text.split("\n").length);
    assert.deepEqual(Object.keys(mail), Object.keys(benign));
    assert.deepEqual(Object.keys(mail.headers), Object.keys(benign.headers));
  }
});

test("messages that cannot become mails are refused, by reasons without addresses and tokens", () => {
  const wrong = (payload: unknown) => () => mailOf(payload as MessagePayload, id);
  for (const [make, kind, reason] of [
    [() => mailOf(payload(), ""), "refused", /Message-ID/],
    [() => mailOf(payload(), "a\r\nBcc: eve@example.com"), "refused", /Message-ID/],
    [() => mailOf(payload(), "a".repeat(129)), "refused", /Message-ID/],
    [wrong({ ...payload(), type: "user.signup" }), "refused", /the wrong service/],
    [wrong(null), "refused", /cannot be read/],
    [wrong({}), "refused", /cannot be read/],
    [wrong({ ...payload(), timestamp: "yesterday" }), "refused", /cannot be read/],
    [wrong({ ...payload(), timestamp: undefined }), "refused", /cannot be read/],
    [wrong({ ...payload(), data: { ...payload().data, to: ["secret"] } }), "refused", /cannot be read/],
    [wrong(payload({ kind: "constructor" as "confirm" })), "refused", /older than the engine/],
    [wrong(payload({ to: "" })), "final", /the address of the user/],
    [wrong(payload({ to: "secret@example.com\r\nBcc: eve@example.com" })), "final", /the address of the user/],
    [wrong(payload({ to: "secret@example.com,eve@example.com" })), "final", /the address of the user/],
    [wrong(payload({ from: "secret" })), "refused", /^signup\.email_confirm_from is not an address$/],
    [wrong(payload({ from: "a\r\nBcc: b <secret@example.com>" })), "refused", /email_confirm_from has a name with/],
    [wrong(payload({ kind: "welcome", from: "" })), "refused", /^signup\.email_welcome_from/],
    [wrong(payload({ cc: ["a@example.com", "secret@"] })), "refused", /^an entry of signup\.email_confirm_cc is not/],
    [wrong(payload({ bcc: ["secret"] })), "refused", /^an entry of signup\.email_confirm_bcc is not/],
    [wrong(payload({ template: "other.txt" })), "refused", /signup\.email_confirm_template/],
  ] as const) {
    assert.throws(make, (error) => {
      assert(error instanceof ServiceError, String(error));
      assert.equal(error.kind, kind, error.message);
      assert.match(error.message, reason);
      assert(!error.message.includes("secret") && !error.message.includes(token));
      return true;
    });
  }
});

test("wrong options are a TypeError, when the service is made", () => {
  const send = () => {};
  for (const [options, reason] of [
    [{ language: "xx" }, /there are mails in en, de, es, fr, ja, pl, pt-BR/],
    [{ publicUrl: "http://example.com" }, /must be https/],
    [{ publicURL: "https://example.com" }, /there is no option "publicURL"/],
    [{ publicUrl: 7 }, /must be strings/],
    [{ defaultApp: 7 }, /must be strings/],
  ] as const) {
    assert.throws(() => mailService(send, options as object), { name: "TypeError", message: reason });
  }
});

test("the service hands the mails of an engine on, with their ids", async () => {
  const sent: [Mail, ServiceContext][] = [];
  const enrol = await createEnrol({
    conf: confWith({ main: "email_service=mail", signup: "email_confirm_from=hello@example.com" }),
    secretKey: SECRET_KEY,
    store: memoryStore(),
    audit: () => {},
    services: {
      mail: mailService((mail, context) => sent.push([mail, context]), { publicUrl: "https://example.com" }),
    },
  });
  const { confirmToken } = await ok(enrol.signup({ ...account("ada"), attrs: { locale: "de" } }));
  await until(() => sent.length === 1);
  await enrol.close();
  const [[mail, { headers }] = assert.fail()] = sent;
  assert.equal(mail.language, "de");
  assert(mail.text.includes(`https://example.com/confirm?lang=de#${confirmToken.reveal()}\n`));
  assert.equal(mail.headers["Message-ID"], `<${headers["webhook-id"]}@example.com>`);
});
