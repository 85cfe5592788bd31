// Text that the module refuses to read. It says at which byte of its JSON that is; this finds the
// member that the caller wrote.

/** What is wrong with the text of a member. */
export interface TextFault {
  /** The member. */
  readonly field: string;
  /** What is wrong with it. */
  readonly message: string;
}

/** A name of a member that is no longer than this is repeated in an error. */
const MAX_NAME = 64;

/** How deep members are searched; the module refuses deeper ones for their depth. */
const MAX_DEPTH = 8;

/** The first member whose text the module cannot read, at any depth; undefined if there is none. */
export function unreadable(request: object): TextFault | undefined {
  for (const [name, value] of Object.entries(request)) {
    const message = problemIn(value, 0);
    if (message !== undefined) {
      return { field: name.slice(0, MAX_NAME), message };
    }
  }
  return undefined;
}

/** The member that takes most of a request that is too long. */
export function longest(request: object): string | undefined {
  const lengths = Object.entries(request).map(([name, value]) => ({
    name,
    length: JSON.stringify(value)?.length ?? 0,
  }));
  return lengths.sort((a, b) => b.length - a.length)[0]?.name;
}

function problemIn(value: unknown, depth: number): string | undefined {
  if (typeof value === "string") {
    return problemOf(value);
  }
  if (typeof value !== "object" || value === null || depth === MAX_DEPTH) {
    return undefined;
  }
  for (const [name, inner] of Object.entries(value)) {
    const problem = problemOf(name) ?? problemIn(inner, depth + 1);
    if (problem !== undefined) {
      return problem;
    }
  }
  return undefined;
}

function problemOf(text: string): string | undefined {
  if (/\p{Cs}/u.test(text)) {
    return "contains half of a surrogate pair, which is no character: text was cut in the middle of one";
  }
  return text.includes("\0") ? "contains NUL" : undefined;
}
