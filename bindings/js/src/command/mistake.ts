// What the caller of the command did wrong.

/** A mistake in the arguments, the configuration or the key: the exit status is 2. */
export class Mistake extends Error {
  override readonly name = "Mistake";
}
