// Whether a program is being developed.

declare const process: { env: { NODE_ENV?: string } };

interface Permissions {
  Deno?: { permissions: { querySync(what: object): { state: string } } };
}

/** Reports whether NODE_ENV is something other than "production", or is not known. Bundlers write its value here. */
export function isDevelopment(): boolean {
  const { Deno } = globalThis as Permissions;
  try {
    if (Deno && Deno.permissions.querySync({ name: "env", variable: "NODE_ENV" }).state !== "granted") {
      return true; // it would ask the user
    }
    return process.env.NODE_ENV !== "production";
  } catch {
    return true; // a browser has no process
  }
}
