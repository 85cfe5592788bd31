// The token in the answer of signup. Anyone who has it can confirm, so that it does not leak with an
// answer that is logged, or sent to a browser.

/** What stands in for a token wherever it is printed or sent. */
const REDACTED = "[redacted]";

/** The texts of tokens. They are not in the tokens, where debuggers and consoles would show them. */
const texts = new WeakMap<ConfirmToken, string>();

/**
 * A confirm token, for the owner of the e-mail address and nobody else. {@link ConfirmToken.reveal}
 * returns its text. Everything else sees "[redacted]": JSON.stringify, String and template strings,
 * and what logs objects; a structured clone is an empty object. Pass the token itself to `confirm`.
 */
export class ConfirmToken {
  /** Makes a token of its text; for tests, since signup makes those of accounts. */
  constructor(text: string) {
    texts.set(this, text);
  }

  /** Returns the text. Never log it, nor send it to a browser. */
  reveal(): string {
    return texts.get(this) as string;
  }

  /** Returns "[redacted]". */
  toJSON(): string {
    return REDACTED;
  }

  /** Returns "[redacted]". */
  toString(): string {
    return REDACTED;
  }

  /** Returns "[redacted]", in Node's console.log and util.inspect, and in Bun's. */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return REDACTED;
  }

  /** Returns "[redacted]", in Deno's. */
  [Symbol.for("Deno.customInspect")](): string {
    return REDACTED;
  }
}

/** The text of a token, or any other value unchanged. Tokens of a second copy of this package count. */
export function revealed(value: unknown): unknown {
  const { reveal } = Object(value) as { reveal?: unknown };
  return typeof value === "object" && typeof reveal === "function" ? reveal.call(value) : value;
}

/** Reports whether a text is what stands in for a token. */
export function isRedacted(value: unknown): boolean {
  return value === REDACTED;
}
