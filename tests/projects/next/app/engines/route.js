// An engine at module scope that nobody closes. After an edit the development server evaluates this module again.

import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { createEnrol, memoryStore, newSecretKey } from "@enrol-sso/enrol";
import { signUp } from "../../sign-up.js"; // which the test edits

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc");

const enrol = await createEnrol({ conf: { apps: "CRM" }, secretKey: newSecretKey(), store: memoryStore(), audit: () => {}, strict: false });
globalThis.engines ??= [];
globalThis.engines.push(new WeakRef(enrol));

export const dynamic = "force-dynamic";

/** Answers how many engines were made, and how many of them are still in memory. */
export async function GET() {
	await signUp();
	await enrol.validate({ username: "ada" });
	for (let round = 0; round < 5; round++) {
		collect();
		await new Promise((resolve) => setTimeout(resolve, 20));
	}
	return Response.json({ made: globalThis.engines.length, alive: globalThis.engines.filter((engine) => engine.deref()).length });
}
