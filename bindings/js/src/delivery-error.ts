// The error of a failed delivery.

import type { DeliveryFailure } from "./responses.js";
import type { ServiceFailure } from "./service-error.js";

/**
 * A service did not accept an event. `onFault` receives it; the event is delivered later, unless it
 * is dead. No member contains an address, a person's name or a token.
 */
export class DeliveryError extends Error {
  override readonly name = "DeliveryError";
  /** The id of the event, which the service sees as `webhook-id`. */
  readonly event: string;
  /** The kind of message, such as "confirm", or "callback". */
  readonly kind: string;
  /** The service; of a URL without its path. */
  readonly service: string;
  /** What kind of failure it is. */
  readonly failure: ServiceFailure;
  /** Why the service did not accept it. */
  readonly reason: string;
  /** How often it was tried, this time included. */
  readonly tries: number;
  /** When it is tried again, in RFC 3339; null if it is dead, or was settled by another courier. */
  readonly nextDue: string | null;
  /** Whether it is not tried again, unless with `retry`. */
  readonly dead: boolean;

  constructor({ event, kind, destination, failure, reason, tries, nextDue, dead }: DeliveryFailure) {
    const next = dead ? "given up" : nextDue ? `next try ${nextDue}` : "settled by another";
    super(
      `event ${event} (${kind}) was not delivered to ${destination}: ${failure}: ${reason} (try ${tries}, ${next})`,
    );
    this.event = event;
    this.kind = kind;
    this.service = destination;
    this.failure = failure;
    this.reason = reason;
    this.tries = tries;
    this.nextDue = nextDue;
    this.dead = dead;
  }
}
