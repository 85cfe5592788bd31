// The one engine of this process, made by the first request that needs it: Next.js imports routes while it builds, where
// there is neither a database nor a key.

import { createEnrol, sharedEnrol } from "@enrol-sso/enrol";
import { mailService } from "@enrol-sso/enrol/mail";
import { pgStore } from "@enrol-sso/enrol/stores/pg";
import pg from "pg";
import { conf } from "./conf.ts";

export const engine = sharedEnrol("example", () => {
  const { DATABASE_URL: connectionString, ENROL_KEY: secretKey, SITE: publicUrl } = process.env;
  if (!connectionString || !secretKey) {
    throw new Error("DATABASE_URL and ENROL_KEY must be set");
  }
  return createEnrol({
    conf,
    secretKey,
    store: pgStore(new pg.Pool({ connectionString })),
    audit: (event) => console.log(JSON.stringify(event)),
    services: { mail: mailService(send, { publicUrl }) },
  });
});

/** Mails alone have a confirm token. Here they are printed: call your mail service instead. */
function send({ to, subject, text }: { to: string; subject: string; text: string }): void {
  console.log(`\nTo: ${to}\nSubject: ${subject}\n\n${text}\n`);
}
