// Writes a configuration that is an object as the text that the module reads. No value can become
// anything but the value of its key.

import { ConfigError, type Notice } from "../errors.js";
import type { Conf } from "./conf.js";
import { KINDS } from "./keys.js";

/** A configuration as text. */
export interface Written {
  readonly text: string;
  /** The application that signups without an appList are for, if there is one alone. */
  readonly app?: string;
  /** Adapts a notice about the text: it gets the path of the object, and keys in their spelling there. */
  readonly place: (notice: Notice) => Notice;
}

type Kind = "boolean" | "number" | "choice" | "text" | "list";
type Kinds = Readonly<Record<string, Kind>>;

const SECTIONS: Readonly<Record<string, Kinds>> = KINDS;

/**
 * Keys outside any section, for what quotes and names in values would mean. A text has no way to
 * escape those, but may refer to a key: the reference is replaced once.
 */
const PERCENT = "enrol_js_percent_sign";
const QUOTE = "enrol_js_double_quote";

/** Takes text as it is, and writes an object. Throws a ConfigError that names each invalid member. */
export function writeConf(conf: Conf | string): Written {
  return typeof conf === "string" ? { text: conf, place: (notice) => notice } : new Writer().write(conf);
}

class Writer {
  readonly #lines: string[] = [];
  readonly #paths: string[] = []; // of each line
  readonly #used = new Set<string>(); // lines for what values refer to
  readonly #wrong: Notice[] = [];

  write(conf: Conf): Written {
    for (const [section, members] of Object.entries(conf)) {
      if (members === undefined) {
        continue;
      }
      if (section === "apps" && typeof members === "string") {
        this.#oneApp(members);
      } else if (!isRecord(members)) {
        this.#refuse(section, section === "apps" ? "must be a name or an object" : "must be an object");
      } else if (section === "enrolServices") {
        this.#services(members);
      } else if (Object.hasOwn(SECTIONS, section)) {
        this.#section(section, members);
      } else {
        this.#refuse(section, "is not a section of a configuration");
      }
    }
    if (this.#wrong.length > 0) {
      throw new ConfigError(this.#wrong);
    }
    const paths = [...[...this.#used].map(() => undefined), ...this.#paths];
    return {
      text: `${[...this.#used, ...this.#lines].join("\n")}\n`,
      ...(typeof conf.apps === "string" ? { app: conf.apps } : {}),
      place: ({ line, message }) => {
        const path = paths[line - 1];
        return { line: 0, column: 0, message: inCamel(message), ...(path === undefined ? {} : { path }) };
      },
    };
  }

  #oneApp(name: string): void {
    this.#line("[apps]", "apps");
    for (const key of ["all", "signup_allowed", "login_allowed"]) {
      this.#line(`${key}=${this.#quoted(name, "apps")},`, "apps");
    }
    this.#line(`default=${this.#quoted(name, "apps")}`, "apps");
  }

  #services(urls: Readonly<Record<string, unknown>>): void {
    this.#line("[enrol_services]", "enrolServices");
    for (const [name, url] of Object.entries(urls)) {
      const path = `enrolServices[${JSON.stringify(name)}]`;
      if (url !== undefined) {
        this.#line(`${this.#name(name, path)}=${this.#value("text", url, path)}`, path);
      }
    }
  }

  #section(section: string, members: Readonly<Record<string, unknown>>): void {
    this.#line(`[${snake(section)}]`, section);
    this.#keys(section, section, members);
    const { byApp } = members;
    if (section !== "enrolPages" || byApp === undefined) {
      return;
    }
    if (!isRecord(byApp)) {
      this.#refuse("enrolPages.byApp", "must be an object");
      return;
    }
    for (const [app, page] of Object.entries(byApp)) {
      const path = `enrolPages.byApp[${JSON.stringify(app)}]`;
      if (!isRecord(page)) {
        this.#refuse(path, "must be an object");
        continue;
      }
      this.#line(`[[${this.#name(app, path)}]]`, path);
      this.#keys(section, path, page);
    }
  }

  #keys(section: string, path: string, members: Readonly<Record<string, unknown>>): void {
    const kinds = SECTIONS[section] as Kinds;
    for (const [key, value] of Object.entries(members)) {
      const kind = Object.hasOwn(kinds, key) ? kinds[key] : undefined;
      const own = `${path}.${key}`;
      if (kind === undefined && !(own === "enrolPages.byApp")) {
        this.#refuse(own, "is not a key of a configuration");
      } else if (kind !== undefined && value !== undefined) {
        this.#line(`${snake(key)}=${this.#value(kind, value, own)}`, own);
      }
    }
  }

  #value(kind: Kind, value: unknown, path: string): string {
    if (kind === "boolean" && typeof value === "boolean") {
      return value ? "True" : "False";
    }
    if (kind === "number" && Number.isSafeInteger(value)) {
      return String(value);
    }
    if ((kind === "text" || kind === "choice") && typeof value === "string") {
      return this.#quoted(value, path);
    }
    if (kind === "list" && Array.isArray(value) && value.every((entry) => typeof entry === "string")) {
      return value.length === 0 ? '""' : value.map((entry) => `${this.#quoted(entry, path)},`).join(" ");
    }
    this.#refuse(path, MUST_BE[kind]);
    return "";
  }

  /** A text in quotes that means that text. */
  #quoted(text: string, path: string): string {
    this.#checkText(text, path);
    const safe = text.replace(/%\(|"/g, (found) => {
      this.#used.add(found === '"' ? `${QUOTE}='"'` : `${PERCENT}="%"`);
      return found === '"' ? `%(${QUOTE})s` : `%(${PERCENT})s(`;
    });
    return `"${safe}"`;
  }

  /** A name of a key or a section, which can refer to nothing. */
  #name(text: string, path: string): string {
    this.#checkText(text, path);
    if (text === PERCENT || text === QUOTE || text.trim() === "" || (text.includes('"') && text.includes("'"))) {
      this.#refuse(path, "cannot have this name");
    }
    return text.includes('"') ? `'${text}'` : `"${text}"`;
  }

  #checkText(text: string, path: string): void {
    if (/[\p{Cc}\p{Cs}\u2028\u2029]/u.test(text)) {
      this.#refuse(path, "must have one line, without control characters and lone surrogates");
    }
  }

  #line(line: string, path: string): void {
    this.#lines.push(line);
    this.#paths.push(path);
  }

  #refuse(path: string, what: string): void {
    this.#wrong.push({ line: 0, column: 0, path, message: `${path} ${what}` });
  }
}

const MUST_BE: Readonly<Record<Kind, string>> = {
  boolean: "must be true or false",
  number: "must be a whole number",
  choice: "must be a string",
  text: "must be a string",
  list: "must be a list of strings",
};

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function snake(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function camel(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** A message about the text, with keys and values as the object has them. What it quotes stays. */
function inCamel(message: string): string {
  return message.replace(/"(?:[^"\\]|\\.)*"|\b[a-z_0-9]+(?:\.[a-z_0-9]+)?\b|\b(?:True|False)\b/g, (found) => {
    if (found === "True" || found === "False") {
      return found.toLowerCase();
    }
    const [section = "", key] = camel(found).split(".");
    const known = key === undefined ? BARE.has(section) : Object.hasOwn(SECTIONS[section] ?? {}, key);
    return known ? camel(found) : found;
  });
}

/** Names of sections, and of keys of more than one word, which messages use without their section too. */
const BARE: ReadonlySet<string> = /* @__PURE__ */ new Set(
  ["enrolServices", ...Object.keys(SECTIONS), ...Object.values(SECTIONS).flatMap((kinds) => Object.keys(kinds))].filter(
    (key) => /[A-Z]/.test(key),
  ),
);
