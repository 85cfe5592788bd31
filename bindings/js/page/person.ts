// Who signs up. The form for another message knows it until the account is confirmed.

import { element, inputOf } from "../examples/browser-form/src/form.js";
import { keep, kept } from "./keep.js";

/** What is kept: never the password. */
const WHO = ["email", "username"] as const;

/** Keeps who a form is submitted for. */
export function keepPerson(): void {
  element("form").addEventListener("submit", () => {
    for (const name of WHO) {
      keep(name, inputOf(name).value);
    }
  });
}

/** Fills a form, unless the server refused what was in it. */
export function enterPerson(): void {
  if (document.getElementById("error-summary")) {
    return;
  }
  for (const name of WHO) {
    inputOf(name).value ||= kept(name);
  }
}

/** Keeps nobody any more. */
export function forgetPerson(): void {
  for (const name of WHO) {
    keep(name, "");
  }
}
