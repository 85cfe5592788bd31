// The engine, made by the first request that needs it: Next.js imports routes
// while it builds, where there is neither a database nor a key.

import { createEnrol, type Enrol } from "@enrol-sso/enrol";
import { type Mail, mailService } from "@enrol-sso/enrol/mail";
import { pgStore } from "@enrol-sso/enrol/stores/pg";
import pg from "pg";
import { conf } from "./conf.ts";

// A hot reload evaluates this file again, but leaves globalThis alone: without
// this there would be an engine and a pool more after each.
const shared = globalThis as typeof globalThis & { enrolExample?: Promise<Enrol> | undefined };

/** The one engine of this process. */
export function engine(): Promise<Enrol> {
  shared.enrolExample ??= open().catch((error: unknown) => {
    shared.enrolExample = undefined; // the next request tries again
    throw error;
  });
  return shared.enrolExample;
}

/** Sends a mail, which alone has a confirm token. Here it is printed: call your mail service instead. */
async function send({ to, subject, text }: Mail): Promise<void> {
  console.log(`\nTo: ${to}\nSubject: ${subject}\n\n${text}\n`);
}

async function open(): Promise<Enrol> {
  const { DATABASE_URL, ENROL_KEY } = process.env;
  if (!DATABASE_URL || !ENROL_KEY) {
    throw new Error("DATABASE_URL and ENROL_KEY must be set");
  }
  const pool = new pg.Pool({ connectionString: DATABASE_URL });
  pool.on("error", (error) => console.error(error)); // of an idle connection; the next one is new
  try {
    return await createEnrol({
      conf,
      secretKey: ENROL_KEY,
      store: pgStore(pool),
      audit: (event) => console.log(JSON.stringify(event)),
      services: { mail: mailService(send, { publicUrl: process.env["SITE"] }) },
    });
  } catch (error) {
    await pool.end();
    throw error;
  }
}
