// Serves the public routes by Bun.serve, Deno.serve or node:http, whichever runs this, and prints the port. At the end of
// its input, it ends.

import type { AddressInfo } from "node:net";
import { handler, toNodeHandler } from "@enrol-sso/enrol/http";
import { engine } from "./routes.js";

interface Served {
  port: number;
}
interface Runtime {
  Bun?: { serve(options: { port: number; fetch: unknown }): Served };
  Deno?: { serve(options: { port: number; onListen(address: Served): void }, handle: unknown): unknown };
}

const handle = handler(await engine(), { limits: { resend: 1 } });
const { Bun, Deno } = globalThis as Runtime;
// biome-ignore lint/suspicious/noConsole: it is what the test reads
const listening = ({ port }: Served) => console.log(port);
if (Bun) {
  listening(Bun.serve({ port: 0, fetch: handle }));
} else if (Deno) {
  Deno.serve({ port: 0, onListen: listening }, handle);
} else {
  const { createServer } = await import("node:http");
  const server = createServer(toNodeHandler(handle));
  server.listen(0, () => listening(server.address() as AddressInfo));
}
