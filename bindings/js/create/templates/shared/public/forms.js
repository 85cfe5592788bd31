// Sends the forms of these pages as JSON.

const token = document.querySelector("input[name=token]");
if (token) {
  token.value = location.hash.slice(1);
  history.replaceState(null, "", location.pathname); // the token stays out of the history
}

for (const form of document.querySelectorAll("form")) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const status = form.querySelector("[role=status]");
    const body = JSON.stringify(Object.fromEntries(new FormData(form)));
    try {
      const headers = { "content-type": "application/json" };
      const answer = await fetch(form.action, { method: "POST", headers, body });
      const { sub_status: codes = [] } = await answer.json();
      status.textContent = answer.ok ? form.dataset.done : `That did not work. ${codes.map(textOf).join(" ")}`;
    } catch {
      status.textContent = "The server cannot be reached. Please try again.";
    }
  });
}

/** Texts of the codes that people see most; @enrol-sso/enrol/messages has all, in seven languages. */
const TEXTS = {
  E001001: "This username cannot be used.",
  E001004: "The username must not contain spaces.",
  E002001: "Please enter a valid e-mail address.",
  E003001: "This password cannot be used.",
  E003002: "The password is too short.",
  E003008: "This password is too easy to guess.",
  E005001: "Please check what you entered.",
  E005006: "This link is not valid, or has expired.",
  E901001: "Too many attempts. Please try again later.",
};

function textOf(code) {
  return TEXTS[code] ?? code;
}
