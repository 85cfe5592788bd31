// A folder that is served over HTTP, and a program of it that is run as a browser
// would run it: its modules, and what they fetch, come from there.

import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { output } from "./project.js";

const TYPES: Record<string, string> = { js: "text/javascript", wasm: "application/wasm" };

/** What a program printed, and which paths it asked for. */
export interface Visit {
  printed: string;
  paths: string[];
}

/** Serves a folder, answering what is not there with a page as many servers do, and runs one of its modules. */
export async function visit(root: string, module: string): Promise<Visit> {
  const paths: string[] = [];
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://127.0.0.1");
    paths.push(pathname);
    try {
      const body = await readFile(join(root, pathname));
      response.setHeader("content-type", TYPES[pathname.split(".").at(-1) ?? ""] ?? "application/octet-stream");
      response.end(body);
    } catch {
      response.setHeader("content-type", "text/html");
      response.end("<!doctype html>");
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const register = pathToFileURL(fileURLToPath(new URL("./register.js", import.meta.url))).href;
    const program = `await import(${JSON.stringify(`${base}/${module}`)})`;
    const printed = await output(
      root,
      process.execPath,
      "--import",
      register,
      "--input-type=module",
      "--eval",
      program,
    );
    return { printed, paths };
  } finally {
    server.close();
    server.closeAllConnections();
  }
}
