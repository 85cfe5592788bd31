// The page that the link of a message leads to. Opening it changes nothing, as
// mail scanners open links too: it takes the button.

import { createClient, loadTexts, messagesFor } from "/enrol/client/index.js";

const client = createClient();
const form = document.querySelector("form");
const status = document.querySelector("#status");

const token = location.hash.slice(1);
history.replaceState(null, "", location.pathname); // nor does the token stay in the address bar

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = form.querySelector("button");
  button.disabled = true;
  status.textContent = "";
  const result = await client.confirm({ token, password: form.elements.password.value });
  if (result.ok) {
    form.hidden = true;
    status.textContent = "Your account is confirmed.";
  } else {
    const texts = await loadTexts(navigator.languages);
    status.lang = texts.language; // the page itself may be in another one
    status.textContent = messagesFor(result.subStatus, texts).join(" ");
  }
  button.disabled = false;
});
