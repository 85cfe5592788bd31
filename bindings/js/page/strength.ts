// The meter below a password.

import { element } from "../examples/browser-form/src/form.js";
import type { Strength } from "../src/responses.js";

/** Texts by code. */
export type Texts = Readonly<Record<string, string>>;

/** Shows how strong a password is, and the first thing to do about it; nothing, without one. */
export function showStrength(strength: Strength | undefined, texts: Texts): void {
  const bar = element("strength-bar");
  const text = element("password-strength");
  if (strength === undefined) {
    delete bar.dataset["score"];
    text.textContent = "";
    return;
  }
  bar.dataset["score"] = String(strength.score);
  const words = [`${texts["label"]} ${texts[`score${strength.score}`]}.`];
  for (const code of [strength.warning, strength.suggestions[0]]) {
    if (code !== undefined && texts[code] !== undefined && words.length < 2) {
      words.push(texts[code]);
    }
  }
  if (text.textContent !== words.join(" ")) {
    text.textContent = words.join(" "); // only changes are read out
  }
}
