// A call to a service by HTTP. No error names the URL, which may hold a secret.

/** The most bytes that a service may answer. */
export const MAX_BODY = 64 << 10;

/** Posts a body and returns the body of a response from 200 to 299. */
export async function post(
  url: string,
  headers: Record<string, string>,
  body: string,
  signal: AbortSignal,
): Promise<string> {
  let response: Response;
  try {
    // A redirect is neither followed nor a success: the signature is for this
    // address only. "error" would say so too, but not every platform has it.
    response = await fetch(url, {
      method: "POST",
      headers: { ...headers, "content-type": "application/json" },
      body,
      redirect: "manual",
      signal,
    });
  } catch (error) {
    throw signal.aborted ? signal.reason : new Error(`the service cannot be reached${reason(error)}`);
  }
  if (response.status < 200 || response.status > 299) {
    await response.body?.cancel();
    throw new Error(`the service answered with HTTP status ${response.status}`);
  }
  return read(response);
}

async function read(response: Response): Promise<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  const reader = response.body?.getReader();
  let text = "";
  let size = 0;
  for (;;) {
    const chunk = await reader?.read();
    if (!chunk || chunk.done) {
      return text + decoder.decode();
    }
    size += chunk.value.length;
    if (size > MAX_BODY) {
      await reader?.cancel();
      throw new Error("the service answered more than 64 KiB");
    }
    text += decoder.decode(chunk.value, { stream: true });
  }
}

/** The code that a system gives for a failed connection, such as ECONNREFUSED. */
function reason(error: unknown): string {
  const code = (error as { cause?: { code?: unknown } } | undefined)?.cause?.code;
  return typeof code === "string" ? ` (${code})` : "";
}
