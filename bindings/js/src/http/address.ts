// Client addresses: how they are written, and which of them count as one.

/** A client address. */
export interface Address {
  /** The address, in the one spelling that every address has. */
  readonly text: string;
  /** What counts as one client: an IPv4 address, or the /64 that a subscriber has of IPv6. */
  readonly near: string;
  /** The /48 around it; none in IPv4. */
  readonly around?: string;
}

const IPV4 = /^(\d{1,3}(?:\.\d{1,3}){3})(?::\d{1,5})?$/;
const IPV6 = /^([\da-f:.]+)(?:%[^\]]+)?$/i;
const BRACKETED = /^\[([\da-f:.]+)(?:%[^\]]+)?\](?::\d{1,5})?$/i;

/**
 * Reads an address as sockets and proxies write it: with or without a port, IPv6 with or without brackets and zone, and
 * either of them in quotes. Returns undefined for other texts.
 */
export function readAddress(written: string): Address | undefined {
  const text = /^"(.*)"$/.exec(written)?.[1] ?? written;
  const [, four] = IPV4.exec(text) ?? [];
  if (four !== undefined) {
    return four.split(".").every((part) => String(Number(part)) === part && Number(part) < 256)
      ? ofIPv4(four)
      : undefined;
  }
  const [, six] = BRACKETED.exec(text) ?? IPV6.exec(text) ?? [];
  return six === undefined ? undefined : ofIPv6(six);
}

function ofIPv4(text: string): Address {
  return { text, near: text };
}

function ofIPv6(written: string): Address | undefined {
  let text: string;
  try {
    text = new URL(`http://[${written}]/`).hostname.slice(1, -1);
  } catch {
    return undefined;
  }
  const groups = groupsOf(text);
  if (groups.slice(0, 6).join(":") === "0:0:0:0:0:ffff") {
    const [high = 0, low = 0] = groups.slice(6).map((group) => Number.parseInt(group, 16));
    return ofIPv4([high >> 8, high & 255, low >> 8, low & 255].join("."));
  }
  return { text, near: `${groups.slice(0, 4).join(":")}::/64`, around: `${groups.slice(0, 3).join(":")}::/48` };
}

/** The eight groups of an address, in which "::" stands for groups of 0. */
function groupsOf(text: string): string[] {
  const [before = [], after = []] = text.split("::").map((part) => (part === "" ? [] : part.split(":")));
  return [...before, ...Array<string>(8 - before.length - after.length).fill("0"), ...after];
}
