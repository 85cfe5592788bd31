// The token of a link: it is after the #, which browsers never send.

import { element } from "../examples/browser-form/src/form.js";
import { keep } from "./keep.js";

/** Takes the token of this link, and of others that are followed while the page is open. */
export function takeTokens(): void {
  takeBack();
  take();
  addEventListener("hashchange", take);
  element("form").addEventListener("submit", () => keep("token", element<HTMLInputElement>("token").value));
}

/** Moves the token from the address bar into the form, which is posted by a click. */
function take(): void {
  const token = location.hash.slice(1);
  if (!/^[A-Za-z0-9_-]{20,}$/.test(token)) {
    return; // none, or the id of something in the page
  }
  history.replaceState(null, "", location.pathname + location.search);
  enter(token);
}

function enter(token: string): void {
  element<HTMLInputElement>("token").value = token;
  element("token-field").hidden = true;
  const text = element("confirm-text");
  text.textContent = text.dataset["ready"] ?? "";
}

/** Enters the token again if only the password was refused: no answer of the server has the token. */
function takeBack(): void {
  const token = keep("token", "");
  if (token && document.getElementById("error-summary") && !element("token-error").textContent) {
    enter(token);
  }
}
