// A sign-up page that checks what is typed by the server's own rules, without
// asking the server, and never sends what they refuse.

import { createEnrol, memoryStore, newSecretKey, type StatusCode } from "@enrol-sso/enrol";
import { type ClientResult, createClient } from "@enrol-sso/enrol/client";
import { catalogueFor, fieldOf, messagesFor } from "@enrol-sso/enrol/messages";
import { element, type Fields, fields, focusFirst, inputOf, NAMES, type Name, showable, tell } from "./form";
import { checkBy } from "./rules";
import { latest, whileTyping } from "./typing";

const client = createClient();

/** The codes of a refusal; none if the server did what was asked. */
const refusal = (result: ClientResult): readonly StatusCode[] => (result.ok ? [] : result.subStatus);

const texts = catalogueFor(navigator.languages);
for (const error of document.querySelectorAll<HTMLElement>(".error")) {
  error.lang = texts.language; // the page itself may be in another one
}
const textOf = (codes: readonly StatusCode[]): string => messagesFor(codes, texts).join(" ");
const codesOf = (name: Name, codes: readonly StatusCode[]) => codes.filter((code) => fieldOf(code) === name);

/** Fields that somebody has left, or sent: before, what is wrong may be only unfinished. */
const visited = new Set<Name>();

// Where the module cannot be loaded, the server alone checks, as it always does.
const rules = loadRules().catch((error: unknown) => {
  console.error(error);
});

async function loadRules() {
  const response = await fetch("/rules.conf");
  if (!response.ok) {
    throw new Error(`the rules could not be fetched: ${response.status}`);
  }
  return checkBy(await response.text(), { createEnrol, memoryStore, newSecretKey });
}

/** Checks what was typed, and writes below the fields that were visited. */
const check = latest(
  async (typed: Fields): Promise<readonly StatusCode[]> => {
    const answer = await (await rules)?.({ ...typed, appList: ["CRM"] });
    return answer === undefined || answer.ok ? [] : answer.subStatus;
  },
  (codes) => {
    for (const name of visited) {
      tell(name, textOf(codesOf(name, codes)));
    }
  },
);

for (const name of NAMES) {
  whileTyping(inputOf(name), () => {
    visited.add(name);
    check(fields());
  });
}

async function submit(): Promise<void> {
  for (const name of NAMES) {
    visited.add(name);
  }
  const typed = fields();
  const codes = await check(typed);
  const refused = codes.length > 0 ? codes : refusal(await client.signup(typed));
  if (refused.length === 0) {
    done(typed);
    return;
  }
  for (const name of NAMES) {
    tell(name, textOf(codesOf(name, refused)));
  }
  const others = refused.filter((code) => !NAMES.some((name) => name === fieldOf(code)));
  element("form-error").textContent = textOf(others);
  focusFirst((name) => codesOf(name, refused).length > 0);
}

function done(typed: Fields): void {
  element("signup").hidden = true;
  element("done-email").textContent = typed.email;
  element("done").hidden = false;
  element("done").focus();
  inputOf("password").value = "";
  element("resend").addEventListener("click", async () => {
    const refused = refusal(await client.resend({ username: typed.username, email: typed.email }));
    element("done-status").textContent = refused.length > 0 ? textOf(refused) : "It is on its way.";
  });
}

let busy = false;

element("signup").addEventListener("submit", async (event) => {
  event.preventDefault();
  if (busy) {
    return; // one at a time, however often somebody clicks
  }
  busy = true;
  element("submit").setAttribute("aria-disabled", "true");
  element("form-error").textContent = "";
  try {
    await submit();
  } finally {
    busy = false;
    element("submit").removeAttribute("aria-disabled");
  }
});

showable();
