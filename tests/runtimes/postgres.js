// A PostgreSQL server of a row's own, and stores on it.

import { pgStore } from "@enrol-sso/enrol/stores/pg";
import pg from "pg";
import { PostgresServer } from "../../bindings/js/build/stores/runtimes/postgres-server.js";

/** Starts it. Each store has a database of its own. */
export async function startPostgres() {
	const server = await PostgresServer.start();
	const pools = [];
	const connect = (url) => {
		const pool = new pg.Pool({ connectionString: url, max: 10 });
		pool.on("error", () => {}); // of idle connections, when the server stops
		pools.push(pool);
		return pool;
	};
	const admin = connect(server.url());
	await reached(admin);
	return {
		openStore: async (n) => {
			await admin.query(`CREATE DATABASE enrol${n}`);
			return pgStore(connect(server.url(`enrol${n}`)));
		},
		close: async () => {
			await Promise.all(pools.map((pool) => pool.end()));
			await server.stop();
		},
	};
}

/** Waits until the server takes connections. */
async function reached(pool) {
	for (const end = Date.now() + 60_000; ; await new Promise((resolve) => setTimeout(resolve, 100))) {
		try {
			await pool.query("SELECT 1");
			return;
		} catch (error) {
			if (Date.now() > end) {
				throw error;
			}
		}
	}
}
