// Several tasks that are done in turn, step by step, so that none waits for the end of another.

/** Takes a step, and returns whether there is more to do at once. */
export type Chore = () => Promise<boolean>;

/**
 * Takes one step of each task, and further ones in turn while `goOn` returns true, which is called
 * before each. A failure is passed to `failed`, and does not stop the other tasks. Returns whether
 * something is left to do.
 */
export async function takeTurns(
  chores: readonly Chore[],
  goOn: () => boolean,
  failed: (error: unknown) => void,
): Promise<boolean> {
  const left = [...chores];
  for (let taken = 0; left.length > 0 && (taken < chores.length || goOn()); taken++) {
    const chore = left.shift() as Chore;
    try {
      if (await chore()) {
        left.push(chore);
      }
    } catch (error) {
      failed(error);
    }
  }
  return left.length > 0;
}
