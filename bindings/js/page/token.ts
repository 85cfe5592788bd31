// The token of a link: it is after the #, which browsers never send.

import { element } from "../examples/browser-form/src/form.js";

/** Takes the token of this link, and of others that are followed while the page is open. */
export function takeTokens(): void {
  take();
  addEventListener("hashchange", take);
}

/** Moves the token from the address bar into the form, which is posted by a click. */
function take(): void {
  const token = location.hash.slice(1);
  if (!/^[A-Za-z0-9_-]{20,}$/.test(token)) {
    return; // none, or the id of something in the page
  }
  history.replaceState(null, "", location.pathname + location.search);
  element<HTMLInputElement>("token").value = token;
  element("token-field").hidden = true;
  const text = element("confirm-text");
  text.textContent = text.dataset["ready"] ?? "";
}
