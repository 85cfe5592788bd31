// Which other origins may call the routes from a browser.

/** What is wrong with an origin that may call the routes; undefined if nothing is. */
export function wrongOrigin(origin: string): string | undefined {
  let sent = "";
  try {
    sent = new URL(origin).origin;
  } catch {
    // Not a URL.
  }
  if (!/^https?:\/\//.test(sent)) {
    return `${JSON.stringify(origin)} is not an origin such as https://app.example.com`;
  }
  return sent === origin ? undefined : `${JSON.stringify(origin)} is not an origin as browsers send it: write ${sent}`;
}

/**
 * Reports whether a request may have come from a browser on behalf of another origin. Browsers say so in
 * Sec-Fetch-Site, and older ones in Origin; other programs send neither.
 */
export function isCrossOrigin(request: Request): boolean {
  const site = request.headers.get("sec-fetch-site");
  if (site) {
    return site !== "same-origin" && site !== "none";
  }
  const origin = request.headers.get("origin");
  return Boolean(origin) && hostOf(origin) !== (request.headers.get("host") ?? hostOf(request.url)).toLowerCase();
}

function hostOf(url: string | null): string {
  try {
    return new URL(url ?? "").host;
  } catch {
    return "";
  }
}
