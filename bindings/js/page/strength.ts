// The meter below a password.

import { element } from "../examples/browser-form/src/form.js";
import type { Strength } from "../src/responses.js";

/** Texts by code. */
export type Texts = Readonly<Record<string, string>>;

/** Shows how strong a password is; nothing, without one. Where it is refused, the error says why. */
export function showStrength(strength: Strength | undefined, texts: Texts, refused: boolean): void {
  const bar = element("strength-bar");
  const text = element("password-strength");
  if (strength === undefined) {
    delete bar.dataset["score"];
  } else {
    bar.dataset["score"] = String(strength.score);
  }
  const words =
    strength === undefined || refused
      ? ""
      : [`${texts["label"]} ${texts[`score${strength.score}`]}.`, ...adviceOn(strength, texts)].join(" ");
  if (text.textContent !== words) {
    text.textContent = words; // only changes are read out
  }
}

/** What is wrong with a weak password, or else what to do about it. */
export function adviceOn({ warning, suggestions }: Strength, texts: Texts): string[] {
  const advice = [warning, ...suggestions]
    .map((code) => code && texts[code])
    .find((text) => text !== undefined && text !== "");
  return advice === undefined ? [] : [advice];
}
