// Work that is done once, by whoever asks first.

/** Does work when it is asked for first, and again only if it failed. */
export function once(work: () => Promise<void>): () => Promise<void> {
  let doing: Promise<void> | undefined;
  return () => {
    doing ??= work().catch((error) => {
      doing = undefined;
      throw error;
    });
    return doing;
  };
}
