// The packed package in projects as its users have them: each is built and started by its own
// tools, which must not warn, and signs somebody up.
//
//	node --test tests/projects/projects.test.js

import assert from "node:assert/strict";
import { copyFileSync, cpSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { Browser } from "./browser.js";
import { freePort, newestNode, node20, Project } from "./project.js";

const STRICT = "default-src 'self'; script-src 'self'";
const ALLOWED = `${STRICT} 'wasm-unsafe-eval'`;

const browser = new Browser();
before(() => browser.start());
after(() => browser.stop());

describe("the packed package", { concurrency: 2 }, () => {
	test("in Next.js, built by Turbopack and by webpack, with @node-rs/argon2, and in its development server", async () => {
		const project = new Project("next");
		const next = "node_modules/next/dist/bin/next";
		for (const bundler of ["turbopack", "webpack"]) {
			const env = { DIST: `dist/${bundler}` };
			assert.doesNotMatch(await project.run(node20, [next, "build", `--${bundler}`], { env }), /warn|critical/i);
			const served = async (url, printed) => {
				assert.equal(await post(`${url}/signup`), "signed up with @node-rs/argon2");
				await byRoutes(url, printed);
				await byAction(url, printed);
			};
			await project.serve(node20, [next, "start", "-H", "127.0.0.1", "-p", "0"], served, env);
		}
		const dev = [next, "dev", "-H", "127.0.0.1", "-p", await freePort()];
		await project.serve(node20, dev, (url) => withEdits(project, url), { DIST: "dist/dev" });
	});

	test("in webpack's ES modules for Node, with @node-rs/argon2 next to the bundle", async () => {
		const project = new Project("webpack");
		assert.equal(await project.run(node20, ["build.js"]), "");
		assert.equal(await project.run(node20, ["dist/main.js"]), "signed up with @node-rs/argon2");
		assert.match(await project.run(newestNode, ["dist/main.js"]), /^signed up/);
		// On another machine, where the source of the package is not.
		const elsewhere = mkdtempSync(join(tmpdir(), "enrol-elsewhere-"));
		const native = join(project.path, "node_modules/@node-rs");
		const hidden = join(project.path, "dist/hidden");
		cpSync(join(project.path, "dist"), elsewhere, { recursive: true });
		cpSync(native, join(elsewhere, "node_modules/@node-rs"), { recursive: true });
		renameSync(native, hidden);
		try {
			assert.equal(await project.run(node20, ["main.js"], { cwd: elsewhere }), "signed up with @node-rs/argon2");
		} finally {
			renameSync(hidden, native);
			rmSync(elsewhere, { recursive: true });
		}
	});

	test("in Vite, for browsers", async () => {
		const project = new Project("vite");
		await byEitherEntry(project, ["node_modules/vite/bin/vite.js", "build", "--logLevel", "warn"]);
		const port = ["--port", await freePort(), "--host", "127.0.0.1"];
		const served = async (url) => assert.equal(await browser.titleOf(url), "signed up");
		await project.serve(node20, ["node_modules/vite/bin/vite.js", ...port], served);
	});

	test("in Rspack, for browsers", async () => {
		await byEitherEntry(new Project("rspack"), ["build.js"]);
	});

	test("in Rollup, for browsers, which leaves the module out and sets the condition `production`", async () => {
		const project = new Project("rollup");
		assert.equal(await project.run(node20, ["build.js"]), "");
		assert.deepEqual(readdirSync(join(project.path, "dist")).filter((name) => !name.endsWith(".js")), []);
		await inBrowser(project);
	});

	test("in esbuild, for browsers, which leaves the module out", async () => {
		const project = new Project("esbuild");
		assert.equal(await project.run(node20, ["build.js"]), "");
		const dist = join(project.path, "dist");
		assert.deepEqual(readdirSync(dist), ["main.js"]);
		await inBrowser(project);
		// Without the copy, and with the module next to the bundle.
		project.importFrom("@enrol-sso/enrol/bundled");
		assert.equal(await project.run(node20, ["build.js"]), "");
		copyFileSync(join(project.path, "node_modules/@enrol-sso/enrol/dist/signup.wasm"), join(dist, "signup.wasm"));
		onlyTheModule(project);
		await inBrowser(project);
	});

	test("in workerd, built and started by Wrangler", async () => {
		const args = ["node_modules/wrangler/bin/wrangler.js", "dev", "--ip", "127.0.0.1", "--port", await freePort()];
		const inspector = ["--inspector-port", await freePort()];
		await new Project("wrangler").serve(newestNode, [...args, ...inspector], async (url) => assert.equal(await post(`${url}/signup`), "signed up"));
	});

	test("in Express, on Node 20 with @node-rs/argon2", async () => {
		const project = new Project("express");
		await project.serve(node20, ["server.js"], async (url) => assert.equal(await post(`${url}/signup`), "signed up with @node-rs/argon2"));
	});

	test("in Vitest with jsdom, in each of its pools", async () => {
		const project = new Project("vitest");
		for (const pool of ["forks", "threads", "vmThreads"]) {
			const printed = await project.run(newestNode, ["node_modules/vitest/vitest.mjs", "run", `--pool=${pool}`]);
			assert.match(printed, /Tests +1 passed/);
		}
	});

	test("in Jest, with its flag for ES modules", async () => {
		const printed = await new Project("jest").run(node20, ["--experimental-vm-modules", "node_modules/jest/bin/jest.js"]);
		assert.match(printed, /Tests: +1 passed/);
	});
});

/** Signs up over HTTP by the routes of handler, whose answers have no token, and confirms with that of the mail. */
async function byRoutes(url, printed) {
	const password = "correct horse battery";
	const send = async (operation, body) => {
		const answer = await fetch(`${url}/api/${operation}`, { method: "POST", body: JSON.stringify(body) });
		return { status: answer.status, text: await answer.text() };
	};
	const { status, text } = await send("signup", { username: "ada", password, email: "ada@example.com" });
	const token = await mailed("ada@example.com", printed);
	assert.deepEqual([status, Object.keys(JSON.parse(text))], [200, ["cid", "status"]]);
	assert.equal((await send("confirm", { token, password: "another one" })).status, 400);
	const confirmed = await send("confirm", { token, password });
	assert.equal(confirmed.status, 200, confirmed.text);
}

/** Signs up in a browser by a server action that returns all that signup answers: the browser gets no token. */
async function byAction(url, printed) {
	const values = { username: "bea", email: "bea@example.com", password: "correct horse battery" };
	const { title, answers } = await browser.submit(url, values);
	const token = await mailed(values.email, printed);
	assert.equal(answers.length, 1);
	assert(answers[0].includes('"ok":true') && title.includes('"ok":true'), `${title}: ${answers[0]}`);
	assert(!answers[0].includes(token) && !title.includes(token), "the browser gets the token");
	assert.match(answers[0], /"confirmToken":"\[redacted\]"/);
}

/** Edits code that makes an engine, and insists that the engines of earlier versions do not stay in memory. */
async function withEdits(project, url) {
	const engines = async () => (await fetch(`${url}/engines`)).json();
	let { made, alive } = await engines();
	for (let edits = 1; edits <= 6; edits++) {
		project.edit(`globalThis.edits = ${edits};`);
		for (const before = made, end = Date.now() + 60_000; made === before; { made, alive } = await engines()) {
			assert(Date.now() < end, "an edit makes no new engine");
		}
	}
	assert(alive <= 3, `${alive} of ${made} engines are in memory`);
}

/** The token of the mail to an address. */
async function mailed(address, printed) {
	const mail = new RegExp(`mail to ${address}: ([\\w-]{32});`);
	for (const end = Date.now() + 60_000; !mail.test(printed()); ) {
		assert(Date.now() < end, `no mail to ${address}: ${printed()}`);
		await new Promise((resolve) => setTimeout(resolve, 50));
	}
	return mail.exec(printed())[1];
}

/** Posts a sign-up, and returns the text of the answer. */
async function post(url) {
	return (await fetch(url, { method: "POST" })).text();
}

/** Builds and signs up with a bundler that includes the module: by the main entry, and by the one without the copy. */
async function byEitherEntry(project, build) {
	assert.equal(await project.run(node20, build), "");
	await inBrowser(project);
	project.importFrom("@enrol-sso/enrol/bundled");
	assert.equal(await project.run(node20, build), "");
	onlyTheModule(project);
	await inBrowser(project);
}

/** Insists on a build with the module as a file, and without its copy in the code. */
function onlyTheModule(project) {
	const dist = join(project.path, "dist");
	const large = readdirSync(dist, { recursive: true }).filter((name) => statSync(join(dist, name)).size > 500_000);
	assert.equal(large.length, 1, large.join());
	assert.match(large[0], /\.wasm$/);
}

/** Signs up in a browser, whose pages may run WebAssembly or not: then it says so, and fetches nothing more. */
async function inBrowser(project) {
	const dist = join(project.path, "dist");
	const allowed = await browser.open(dist, ALLOWED);
	assert.equal(allowed.title, "signed up");
	const refused = await browser.open(dist, STRICT);
	assert.match(refused.title, /^enrol: .*'wasm-unsafe-eval' in script-src/);
	assert.deepEqual(refused.paths, allowed.paths.slice(0, 2), "the page and its script");
}
