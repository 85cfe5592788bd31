// A host on a PostgreSQL database that hosts in Go use too: it reads requests from
// standard input, one JSON object per line, and writes an answer for each. The test
// of kv/postgres starts it with the configuration, the secret key and the URL.

import process from "node:process";
import { createInterface } from "node:readline";
import { createEnrol } from "@enrol-sso/enrol";
import { pgStore } from "@enrol-sso/enrol/stores/pg";
import pg from "pg";

const [conf, secretKey, connectionString, dispatchIntervalMs] = process.argv.slice(2);
const pool = new pg.Pool({ connectionString, max: 10 });
pool.on("error", () => {}); // of idle connections
const called = [];
let refusing = true; // so that others deliver
const enrol = await createEnrol({
	conf,
	secretKey,
	store: pgStore(pool),
	audit: () => {},
	services: {
		crm: (payload) => {
			if (refusing) {
				throw new Error("not now");
			}
			called.push(payload);
		},
	},
	dispatchIntervalMs: Number(dispatchIntervalMs),
	purgeIntervalMs: 0,
	onFault: () => {},
});

const calls = {
	signup: (request) => enrol.signup(request),
	get: (request) => enrol.get(request),
	dispatch: async () => {
		refusing = false;
		await enrol.dispatch();
		return { called };
	},
};
console.log(JSON.stringify({ ready: true }));
const answering = [];
for await (const line of createInterface({ input: process.stdin })) {
	const { id, call, request } = JSON.parse(line);
	const work = calls[call](request).then(
		(answer) => console.log(JSON.stringify({ id, answer })),
		(error) => console.log(JSON.stringify({ id, error: String(error) })),
	);
	answering.push(work);
}
await Promise.all(answering);
await enrol.close();
await pool.end();
