// The page that the link of a message leads to. Opening it changes nothing, as
// mail scanners open links too: it takes the button.

const form = document.querySelector("form");
const status = document.querySelector("#status");

const confirmToken = location.hash.slice(1);
history.replaceState(null, "", location.pathname); // nor does the token stay in the address bar

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = form.querySelector("button");
  button.disabled = true;
  status.textContent = "";
  try {
    const response = await fetch("/api/confirm", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ confirmToken, password: form.elements.password.value }),
    });
    if (response.ok) {
      form.hidden = true;
      status.textContent = "Your account is confirmed.";
    } else {
      status.textContent = (await response.json()).messages.join(" ");
    }
  } catch {
    status.textContent = "The server could not be reached. Please try again.";
  } finally {
    button.disabled = false;
  }
});
