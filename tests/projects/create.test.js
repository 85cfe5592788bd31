// npm create @enrol-sso, as its users have it: each project is made by the packed package, installed, checked, built and
// started by its own scripts, and somebody signs up in it, confirms and logs in.
//
//	node --test tests/projects/create.test.js

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { Folder, freePort, newestNode } from "./project.js";

const repository = fileURLToPath(new URL("../../", import.meta.url));
const npm = realpathSync(execFileSync("which", ["npm"], { encoding: "utf8" }).trim());
const parent = mkdtempSync(join(tmpdir(), "enrol-create-"));
const packed = join(parent, "create");

before(() => {
	mkdirSync(packed);
	const args = ["pack", "--silent", "--pack-destination", packed];
	const tarball = execFileSync("npm", args, { cwd: join(repository, "bindings/js/create"), encoding: "utf8" }).trim();
	const install = ["install", "--silent", "--no-audit", "--no-fund", join(packed, tarball)];
	execFileSync("npm", install, { cwd: packed });
});

after(() => rmSync(parent, { recursive: true, force: true }));

/** Makes a project, installs it, and runs its scripts, which check and build it. */
async function create(t, template, scripts) {
	const path = join(parent, `my-${template}`);
	const args = [join(packed, "node_modules/.bin/create-enrol"), path, "--template", template];
	const made = execFileSync(newestNode, [...args, "--enrol", `file:${repository}build/enrol-npm.tgz`], { encoding: "utf8" });
	assert.match(made, /npm install\n {2}npm run dev/);
	assert.equal(JSON.parse(readFileSync(join(path, "package.json"), "utf8")).name, `my-${template}`);
	const project = new Folder(path);
	for (const step of [["install", "--silent", "--no-audit", "--no-fund", "--prefer-offline"], ...scripts.map((script) => ["run", script])]) {
		const began = Date.now();
		const printed = await project.run(newestNode, [npm, ...step]);
		t.diagnostic(`npm ${step.slice(0, 2).join(" ")}: ${((Date.now() - began) / 1000).toFixed(1)} s`);
		assert.doesNotMatch(printed, /warn/i);
	}
	assertTested(path);
	return project;
}

/** The project must have the versions that its template names: others than those tested here could not work. */
function assertTested(path) {
	const packageOf = (folder) => JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
	const { dependencies, devDependencies } = packageOf(path);
	for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies })) {
		if (name !== "@enrol-sso/enrol") {
			assert.equal(version, packageOf(join(path, "node_modules", name)).version, name);
		}
	}
}

/** Signs up, confirms with the token of the mail, and logs in; tries what must be refused. */
async function walk(url, printed) {
	await until(() => shows(`${url}/`, "<h1>Sign up</h1>"), printed);
	for (const [page, text] of [["/confirm", "<h1>Confirm your address</h1>"], ["/forms.js", "application/json"]]) {
		assert(await shows(url + page, text), page);
	}
	const send = (path, body, headers = {}) => {
		const all = { "content-type": "application/json", ...headers };
		return fetch(url + path, { method: "POST", headers: all, body: JSON.stringify(body) });
	};
	const account = { username: "ada", password: "vexing otter lamps 9" };
	const answer = await send("/api/signup", { ...account, email: "ada@example.com" });
	assert.equal(answer.status, 200, await answer.text());
	assert.equal((await send("/login", account)).status, 401);
	const link = /^http:\/\/localhost:\d+\/confirm#([\w-]{32})$/m;
	await until(() => link.test(printed()), printed);
	const [, token] = link.exec(printed());
	assert.equal((await send("/api/confirm", { token })).status, 400);
	assert.equal((await send("/api/confirm", { token, password: account.password })).status, 200);
	for (const mistake of [null, [], {}, { ...account, password: 7 }, { ...account, password: "x".repeat(70_000) }]) {
		const { status } = await send("/login", mistake);
		assert([400, 413].includes(status), `${JSON.stringify(mistake)?.slice(0, 60)}: ${status}`);
	}
	assert.equal((await send("/login", account, { origin: "https://evil.example" })).status, 403);
	const login = await send("/login", account);
	assert.deepEqual([login.status, await login.json()], [200, { username: account.username }]);
	return send;
}

async function shows(url, text) {
	try {
		return (await (await fetch(url)).text()).includes(text);
	} catch {
		return false; // it does not listen yet
	}
}

async function until(isSo, printed) {
	for (const end = Date.now() + 120_000; !(await isSo()); ) {
		assert(Date.now() < end, printed());
		await new Promise((resolve) => setTimeout(resolve, 100));
	}
}

test("hono: a server", async (t) => {
	const project = await create(t, "hono", ["check"]);
	assert.equal(statSync(join(project.path, ".env")).mode & 0o777, 0o600);
	assert.match(readFileSync(join(project.path, ".gitignore"), "utf8"), /^\.env$/m);
	const port = await freePort();
	const served = async (_, printed) => {
		await walk(`http://localhost:${port}`, printed);
		assert.doesNotMatch(printed(), /warning/);
	};
	await project.serve(newestNode, [npm, "start"], served, { PORT: port });
});

test("next: an app, as next build makes it", async (t) => {
	const project = await create(t, "next", ["check", "build"]);
	const port = await freePort();
	const served = async (_, printed) => {
		const send = await walk(`http://localhost:${port}`, printed);
		const statuses = [];
		for (let i = 0; i < 31 && statuses.at(-1) !== 429; i++) {
			const forged = { "x-forwarded-for": `198.51.100.${i}` };
			statuses.push((await send("/api/resend", { username: "bea", email: "bea@example.com" }, forged)).status);
		}
		assert.equal(statuses.at(-1), 429, "clients choose their address");
		assert.match(printed(), /all clients share one limit/);
	};
	await project.serve(newestNode, [npm, "start", "--", "-p", port], served);
});

test("workers: a Worker, as Wrangler builds and serves it", async (t) => {
	const project = await create(t, "workers", ["check", "build"]);
	const [port, inspector] = [await freePort(), await freePort()];
	const args = [npm, "run", "dev", "--", "--ip", "127.0.0.1", "--port", port, "--inspector-port", inspector];
	await project.serve(newestNode, args, (_, printed) => walk(`http://127.0.0.1:${port}`, printed));
});
