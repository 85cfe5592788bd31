// Empty projects that the packed package is installed into, as its users would.

import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const home = fileURLToPath(new URL("../../", import.meta.url));

/** What every project does: a signup, its confirmation, and a refusal. It prints "signed up" if all is well. */
export const PROGRAM = `
import { createEnrol, memoryStore } from "@enrol-sso/enrol";
import { de, messagesFor } from "@enrol-sso/enrol/messages";

const enrol = await createEnrol({
  conf: "[apps]\\nall=CRM\\nsignup_allowed=CRM\\n[enrol]\\npassword_hash=pbkdf2-sha512\\n[hash_secret]\\nrounds=1000\\n",
  secretKey: "k1:" + "A".repeat(43),
  store: memoryStore(),
  audit: () => {},
});
const user = { username: "ada", password: "correct horse battery", email: "ada@example.com", appList: ["CRM"] };
const answer = await enrol.signup(user);
if (!answer.ok) throw new Error(answer.subStatus.join());
const confirmed = await enrol.confirm({ confirmToken: answer.confirmToken });
const refused = await enrol.validate({ username: "a b" });
if (refused.ok || messagesFor(refused.subStatus, de)[0] !== "Der Benutzername darf keine Leerzeichen enthalten.") throw new Error("accepted");
await enrol.close();
console.log(confirmed.ok ? "signed up" : confirmed.subStatus);
`;

/** Packs the package and returns where the tarball is. */
export async function pack(into: string): Promise<string> {
  const args = ["pack", "--silent", "--ignore-scripts", "--pack-destination", into];
  const { stdout } = await run("npm", args, { cwd: home });
  return join(into, stdout.trim());
}

/** Packs the package of npm create and returns where the tarball is. */
export async function packCreate(into: string): Promise<string> {
  const { stdout } = await run("npm", ["pack", "--silent", "--pack-destination", into], { cwd: `${home}create` });
  return join(into, stdout.trim());
}

/** A folder that is removed after the tests. */
export async function folder(): Promise<{ path: string; remove: () => Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), "enrol-pack-"));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

/** Makes a project of files, with the package installed, and returns where it is. */
export async function project(parent: string, tarball: string, files: Record<string, string>): Promise<string> {
  const path = await mkdtemp(join(parent, "project-"));
  for (const [name, text] of Object.entries({ "package.json": "{}", ...files })) {
    await mkdir(dirname(join(path, name)), { recursive: true });
    await writeFile(join(path, name), text);
  }
  const args = ["install", "--silent", "--no-audit", "--no-fund", "--prefer-offline", tarball];
  await run("npm", args, { cwd: path });
  return path;
}

/** Runs a program in a project and returns what it prints. */
export async function output(cwd: string, program: string, ...args: string[]): Promise<string> {
  const { stdout } = await run(program, args, { cwd, timeout: 60_000 });
  return stdout.trim();
}

/** Where a tool of the package itself is. */
export function tool(name: string): string {
  return join(home, "node_modules", ".bin", name);
}
