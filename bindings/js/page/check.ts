// Checks while somebody types, by the rules of the server and with its module. What
// the server says counts: this never holds back a form.

import { element, type Fields, fields, inputOf, NAMES, type Name, tell } from "../examples/browser-form/src/form.js";
import { type Check, checkBy } from "../examples/browser-form/src/rules.js";
import { latest, whileTyping } from "../examples/browser-form/src/typing.js";
import { creator } from "../src/create.js";
import { memoryStore } from "../src/memory-store.js";
import { fieldOf } from "../src/messages/field.js";
import type { ValidateResult } from "../src/responses.js";
import { newSecretKey } from "../src/secret-key.js";
import { adviceOn, showStrength, type Texts } from "./strength.js";

/** What the server answers at data-rules. */
interface Rules {
  readonly app: string;
  readonly conf: string;
  readonly codes: Texts;
  readonly strength: Texts;
}

/** Loads the rules and the module, at the first focus. */
async function load(): Promise<{ rules: Rules; check: Check }> {
  const { rules: rulesURL = "", module: moduleURL = "" } = document.body.dataset;
  const module = WebAssembly.compileStreaming(fetch(moduleURL));
  const rules: Rules = await (await fetch(rulesURL)).json();
  const createEnrol = creator({ loadModule: () => module, kdf: async () => undefined, requestBound: false });
  return { rules, check: await checkBy(rules.conf, { createEnrol, memoryStore, newSecretKey }) };
}

/** Whether somebody asked for less data: the module has more than a megabyte. Then the server names none. */
function savesData(): boolean {
  if (!document.body.dataset["module"]) {
    return true;
  }
  const { connection } = navigator as { connection?: { saveData?: boolean } };
  return connection?.saveData === true || matchMedia("(prefers-reduced-data: reduce)").matches;
}

/** Checks the form of sign-ups. */
export function checkForm(): void {
  if (savesData()) {
    return;
  }
  let loading: ReturnType<typeof load> | undefined;
  const loaded = () => {
    loading ??= load();
    return loading;
  };
  /** Fields that somebody has left, or paused in: before, what is wrong may be only unfinished. */
  const visited = new Set<Name>();
  const ask = latest(
    async (typed: Fields) => {
      const { rules, check } = await loaded();
      return { rules, typed, answer: await check(asked(typed, rules.app)) };
    },
    ({ rules, typed, answer }) => {
      for (const name of visited) {
        tell(name, typed[name] === "" ? "" : messageOf(name, answer, rules));
      }
      const refused = element("password-error").textContent !== "";
      showStrength(typed.password === "" ? undefined : answer.strength, rules.strength, refused);
    },
  );
  const check = () => {
    ask(fields()).catch(() => {}); // without the module, the server alone checks
  };
  for (const name of NAMES) {
    const input = inputOf(name);
    input.addEventListener("focus", () => void loaded().catch(() => {}), { once: true });
    whileTyping(input, () => {
      visited.add(name);
      check();
    });
  }
}

/** The request that checks what was typed; what is empty is not checked yet. */
function asked(typed: Fields, app: string): Record<string, unknown> {
  return { ...Object.fromEntries(Object.entries(typed).filter(([, value]) => value !== "")), currentApp: app };
}

function messageOf(name: Name, answer: ValidateResult, { codes, strength }: Rules): string {
  const code = answer.ok ? undefined : answer.subStatus.find((one) => fieldOf(one) === name);
  const [advice] = code === TOO_EASY && answer.strength ? adviceOn(answer.strength, strength) : [];
  return code === undefined ? "" : (advice ?? codes[code] ?? codes["other"] ?? "");
}

/** The code of a password that is too easy to guess. */
const TOO_EASY = "E003008";
