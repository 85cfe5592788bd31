// Texts that this tab keeps until it is closed.

/** Keeps a text, or nothing if it is empty, and returns the one before. */
export function keep(name: string, text: string): string {
  const before = kept(name);
  try {
    sessionStorage.removeItem(name);
    if (text) {
      sessionStorage.setItem(name, text);
    }
  } catch {
    // the browser keeps nothing for this site
  }
  return before;
}

/** Returns the text that is kept, empty if there is none. */
export function kept(name: string): string {
  try {
    return sessionStorage.getItem(name) ?? "";
  } catch {
    return "";
  }
}
