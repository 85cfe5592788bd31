// Options and report of upkeep.

/** How much one upkeep does. */
export interface UpkeepOptions {
  /**
   * Milliseconds after which no other step starts; 20,000 if not given. Running steps end: a call
   * of a service within 30 seconds, another step when up to 100 records are read. In any case each
   * service with events is called once, and one step of each other kind is taken.
   */
  withinMs?: number | undefined;
  /** Cancels the upkeep, even during a step: it rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
}

/** The result of upkeep. */
export interface UpkeepReport {
  /** Events that a service accepted. */
  delivered: number;
  /** Deliveries that failed and will be tried again. */
  failed: number;
  /** Events that became dead letters: only retry tries them again. */
  dead: number;
  /** Messages that were not sent because their token had expired. */
  expired: number;
  /** Messages that were not sent because a newer one replaces them or nobody needs them. */
  dropped: number;
  /** Expired records that were removed, such as claims. */
  removed: number;
  /** Records that were moved to the newer of two secret keys. */
  moved: number;
  /** Whether time was up before all was done. */
  more: boolean;
  /** When the next event is due, in RFC 3339; null for none. */
  nextDue: string | null;
}
