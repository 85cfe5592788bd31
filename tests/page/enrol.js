// Runs the command that is built, its mail server, and what an operator asks of it.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

const root = new URL("../../", import.meta.url).pathname;
export const build = join(root, "build");

/** Waits until ask returns something; at most a minute. */
export async function until(what, ask) {
	for (const end = Date.now() + 60_000; Date.now() < end; ) {
		const found = await ask();
		if (found) return found;
		await new Promise((done) => setTimeout(done, 50));
	}
	throw new Error(`there is no ${what} after a minute`);
}

async function freePort() {
	const server = createServer().listen(0, "127.0.0.1");
	await once(server, "listening");
	const { port } = server.address();
	server.close();
	await once(server, "close");
	return port;
}

/** Starts a mail server. Its mails are { to, subject, text }, the text without its encoding. */
export async function mailServer() {
	const process = spawn(join(build, "page-smtp"), { stdio: ["ignore", "pipe", "inherit"] });
	const lines = createInterface({ input: process.stdout });
	const mails = [];
	let address;
	lines.on("line", (line) => {
		if (address === undefined) address = line;
		else mails.push(read(JSON.parse(line)));
	});
	await until("mail server", () => address);
	return {
		address,
		mails,
		/** All mails to an address. */
		to: (address) => mails.filter((mail) => mail.to === `<${address}>`),
		/** The mail to an address that comes after a number of others to it. */
		mailTo: (address, after = 0) => until(`mail to ${address}`, () => mails.filter((mail) => mail.to === `<${address}>`)[after]),
		stop: () => process.kill(),
	};
}

/** Reads the header and the part in plain text of a mail. */
function read(mail) {
	const [head] = mail.split("\r\n\r\n", 1);
	const header = (name) => head.replace(/\r\n[ \t]+/g, " ").match(new RegExp(`^${name}: (.*)$`, "im"))?.[1] ?? "";
	const part = mail.slice(mail.search(/content-type: text\/plain/i));
	const text = part.slice(part.indexOf("\r\n\r\n") + 4).split("\r\n--")[0];
	return { to: header("To"), subject: header("Subject"), text: text.replace(/=\r\n/g, "").replace(/=3D/g, "=") };
}

/** Starts enrol serve with its data on disk. flags are more of its flags; files has the texts of files next to the sso.conf, by name. */
export async function serve({ conf, mailbox = false, flags = [], files = {} }) {
	const folder = mkdtempSync(join(tmpdir(), "enrol-page-"));
	const [rest, pages] = [`127.0.0.1:${await freePort()}`, `127.0.0.1:${await freePort()}`];
	const configure = (settings) => writeFileSync(join(folder, "sso.conf"), settings(`http://${pages}`), { mode: 0o600 });
	configure(conf);
	for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
	const start = async () => {
		const command = ["serve", "--native", "--conf", "sso.conf", "--data", "data", "--listen", rest, "--public", pages, ...flags];
		const process = spawn(join(build, "enrol"), command, { cwd: folder, stdio: ["ignore", "ignore", "pipe"], env: { ...globalThis.process.env, ...(mailbox ? {} : keys) } });
		let log = "";
		process.stderr.on("data", (data) => {
			log += data;
		});
		await until("server", async () => {
			if (process.exitCode !== null) throw new Error(`enrol serve ends: ${log}`);
			return fetch(`http://${pages}/signup`).then(
				(answer) => answer.ok,
				() => false,
			);
		});
		return { process, log: () => log };
	};
	let running = await start();
	const post = async (path, body, key) => {
		const answer = await fetch(`http://${rest}/zato/sso/user${path}`, {
			method: "POST",
			headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
			body: JSON.stringify(body),
		});
		return answer.json();
	};
	return {
		pages: `http://${pages}`,
		rest: `http://${rest}`,
		mailbox: () => running.log().match(/Read the mails in a browser: (\S+)/)[1],
		log: () => running.log(),
		verify: (username, password) => post("/verify", { username, password }, apiKey),
		decide: (path, body) => post(path, body, superKey),
		waiting: async () => (await fetch(`http://${rest}/zato/sso/user/signup?status=to-approve`, { headers: { authorization: `Bearer ${superKey}` } })).json(),
		/** Stops the server, and starts it on the same data, with other settings if there are any. */
		restart: async (settings = conf) => {
			configure(settings);
			running.process.kill("SIGTERM");
			await once(running.process, "exit");
			running = await start();
		},
		stop: () => running.process.kill(),
	};
}

export const superKey = "super-key-of-the-page-test-0123456789abcdef";
const apiKey = "api-key-of-the-page-test-0123456789abcdefgh";
const keys = { ENROL_SUPER_API_KEY: superKey, ENROL_API_KEY: apiKey }; // a server with a key has no mailbox
