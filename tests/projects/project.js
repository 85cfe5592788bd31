// One project: an npm project in a folder, such as those next to this file with the packed package installed.

import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
const runtimes = join(here, "../runtimes/node_modules");

/** The Nodes that projects run with: the oldest that is supported, which has no argon2, and the newest. */
export const node20 = join(runtimes, "node20/bin/node");
export const newestNode = join(runtimes, "node/bin/node");

/** Milliseconds that a build, or a start, may take. */
const PATIENCE = 300_000;

/** A folder with an npm project. */
export class Folder {
	constructor(path) {
		this.path = path;
	}

	/** Runs a program of the project and returns all that it prints. Throws that if the program fails. */
	async run(node, args, { env, cwd } = {}) {
		const child = this.#spawn(node, args, env, cwd);
		const timer = setTimeout(() => child.end(), PATIENCE);
		const [code] = await once(child.process, "close");
		clearTimeout(timer);
		if (code !== 0) {
			throw new Error(`${args.join(" ")} ended with ${code}:\n${child.printed()}`);
		}
		return child.printed().trim();
	}

	/**
	 * Starts a server, passes its address to a function, and what returns all that it has printed, and stops it. Its
	 * address is the first that it prints.
	 */
	async serve(node, args, work, env) {
		const child = this.#spawn(node, args, env);
		try {
			const url = await new Promise((resolve, reject) => {
				const fail = () => reject(new Error(`${args.join(" ")} does not serve:\n${child.printed()}`));
				const timer = setTimeout(fail, PATIENCE);
				child.process.on("exit", fail);
				child.onPrint((text) => {
					const [address] = /http:\/\/(127\.0\.0\.1|localhost):\d+/.exec(text) ?? [];
					if (address) {
						clearTimeout(timer);
						resolve(address);
					}
				});
			});
			await work(url, child.printed);
		} finally {
			const over = child.process.exitCode === null ? once(child.process, "exit") : undefined;
			child.end();
			await over;
		}
	}

	#spawn(node, args, env = {}, cwd = this.path) {
		const quiet = { NEXT_TELEMETRY_DISABLED: "1", WRANGLER_SEND_METRICS: "false", NO_COLOR: "1", NODE_OPTIONS: "" };
		const path = `${join(node, "..")}:${process.env.PATH}`;
		const options = { cwd, env: { ...process.env, ...quiet, PATH: path, ...env }, detached: true, stdio: ["ignore", "pipe", "pipe"] };
		const child = spawn(node, args, options);
		let printed = "";
		const listeners = [];
		for (const stream of [child.stdout, child.stderr]) {
			stream.setEncoding("utf8").on("data", (text) => {
				printed += text;
				for (const listener of listeners) {
					listener(printed);
				}
			});
		}
		return {
			process: child,
			printed: () => printed,
			onPrint: (listener) => listeners.push(listener),
			end: () => {
				try {
					process.kill(-child.pid, "SIGKILL"); // and what it started
				} catch {
					// It has ended.
				}
			},
		};
	}
}

/** A project by its name. Its package is the one that was packed last. */
export class Project extends Folder {
	constructor(name) {
		super(join(here, name));
		const installed = join(this.path, "node_modules/@enrol-sso/enrol");
		rmSync(installed, { recursive: true, force: true });
		mkdirSync(installed);
		execFileSync("tar", ["xzf", join(here, "../../build/enrol-npm.tgz"), "-C", installed, "--strip-components", "1"]);
		const { dependencies } = JSON.parse(readFileSync(join(installed, "package.json"), "utf8"));
		for (const needed of Object.keys(dependencies)) {
			if (!existsSync(join(this.path, "node_modules", needed))) {
				throw new Error(`${needed} is not in the lock file of ${name}: run tests/projects/lock.sh`);
			}
		}
		rmSync(join(this.path, "dist"), { recursive: true, force: true });
		this.importFrom("@enrol-sso/enrol");
	}

	/** Makes the project import the package by an entry. */
	importFrom(entry) {
		const signUp = readFileSync(join(here, "sign-up.js"), "utf8");
		writeFileSync(join(this.path, "sign-up.js"), signUp.replace('"@enrol-sso/enrol"', `"${entry}"`));
	}

	/** Appends a line of code to sign-up.js, as somebody does who edits it. */
	edit(line) {
		appendFileSync(join(this.path, "sign-up.js"), `${line}\n`);
	}
}

/** A port that nobody uses. */
export async function freePort() {
	const server = createServer().listen(0, "127.0.0.1");
	await once(server, "listening");
	const { port } = server.address();
	server.close();
	await once(server, "close");
	return String(port);
}
