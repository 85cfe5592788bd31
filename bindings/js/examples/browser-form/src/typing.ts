// Checks while somebody types: not at every key, and never an answer to what was
// typed before.

/** Calls check a little after somebody pauses in an input, and when they leave it. */
export function whileTyping(input: HTMLInputElement, check: (input: HTMLInputElement) => void): void {
  let pause: ReturnType<typeof setTimeout>;
  input.addEventListener("input", () => {
    clearTimeout(pause);
    pause = setTimeout(check, 400, input);
  });
  input.addEventListener("change", () => {
    clearTimeout(pause);
    check(input);
  });
}

/** Asks, and hands on an answer unless something else was asked meanwhile. */
export function latest<Question, Answer>(
  ask: (question: Question) => Promise<Answer>,
  then: (answer: Answer) => void,
): (question: Question) => Promise<Answer> {
  let turn = 0;
  return async (question) => {
    turn += 1;
    const mine = turn;
    const answer = await ask(question);
    if (mine === turn) {
      then(answer);
    }
    return answer;
  };
}
