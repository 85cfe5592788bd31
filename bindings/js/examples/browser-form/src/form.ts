// The form: its fields, what is written below them, and where the focus goes.

/** The fields, in the order of the page. */
export const NAMES = ["username", "email", "password"] as const;

export type Name = (typeof NAMES)[number];
export type Fields = Record<Name, string>;

/** Finds an element that the page has. */
export function element<T extends HTMLElement>(id: string): T {
  const found = document.getElementById(id);
  if (!found) {
    throw new Error(`the page has no #${id}`);
  }
  return found as T;
}

export const inputOf = (name: Name): HTMLInputElement => element(name);

/** What was typed. */
export function fields(): Fields {
  return { username: inputOf("username").value, email: inputOf("email").value, password: inputOf("password").value };
}

/** Writes below a field what is wrong with it, or that nothing is. */
export function tell(name: Name, message: string): void {
  const error = element(`${name}-error`);
  if (error.textContent !== message) {
    error.textContent = message; // only changes are read out
  }
  inputOf(name).setAttribute("aria-invalid", String(message !== ""));
}

/** Moves the focus to the first field that something is wrong with. */
export function focusFirst(wrong: (name: Name) => boolean): void {
  const name = NAMES.find(wrong);
  if (name) {
    inputOf(name).focus();
  }
}

/** Lets the password be read while it is typed. */
export function showable(): void {
  const input = inputOf("password");
  const button = element<HTMLButtonElement>("show");
  button.addEventListener("click", () => {
    const shown = input.type === "password";
    input.type = shown ? "text" : "password";
    button.setAttribute("aria-pressed", String(shown));
  });
}
