// The form while somebody types: what it loads, what it says, that nothing moves, and
// what can be pasted.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { gzipSync } from "node:zlib";
import { browsers, window } from "./browsers.js";
import { mailServer, serve, until } from "./enrol.js";
import { forReadme, look, sizes } from "./look.js";
import { conf, signUp, strong } from "./people.js";

let smtp;
let open;
let browser;

before(async () => {
	smtp = await mailServer();
	open = await serve({ conf: conf(smtp, "rate_signup=1000") });
	browser = await browsers.chromium();
});

after(async () => {
	await browser?.close();
	for (const one of [open, smtp]) one?.stop();
});

/** What a page may cost before the module, compressed. */
const budget = { "the page": 4, styles: 4, scripts: 30, images: 2, everything: 40 }; // KiB

const kindOf = (path) => (path.endsWith(".css") ? "styles" : path.endsWith(".js") ? "scripts" : path.endsWith(".svg") ? "images" : "the page");

test("the page is light, and does not wait for the module", async (t) => {
	const page = await window("chromium", browser);
	const asked = [];
	const used = { "the page": 0, styles: 0, scripts: 0, images: 0, everything: 0 };
	page.on("request", (request) => asked.push(new URL(request.url())));
	page.on("response", async (response) => {
		const size = gzipSync(await response.body(), { level: 9 }).length / 1024;
		used[kindOf(new URL(response.url()).pathname)] += size;
		used.everything += size;
	});
	await page.goto(`${open.pages}/signup`);
	await page.waitForLoadState("networkidle");
	const { paint } = await page.evaluate(
		() =>
			new Promise((done) => {
				new PerformanceObserver((list) => {
					const [paint] = list.getEntriesByName("first-contentful-paint");
					if (paint) done({ paint: paint.startTime });
				}).observe({ type: "paint", buffered: true });
			}),
	);
	t.diagnostic("budget of the sign-up page, before the module:");
	for (const [kind, most] of Object.entries(budget)) {
		t.diagnostic(`  ${kind.padEnd(12)} ${used[kind].toFixed(1).padStart(5)} of ${most} KiB, compressed`);
		assert.ok(used[kind] <= most, `${kind}: ${used[kind]} KiB`);
	}
	t.diagnostic(`  ${asked.length} requests, first paint after ${Math.round(paint)} ms`);
	assert.ok(asked.length <= 4);
	assert.ok(!asked.some(({ pathname }) => pathname.endsWith(".wasm")), "the module is loaded before anything is typed");
	assert.ok(asked.every(({ origin }) => origin === open.pages));
	await page.context().close();
});

/** Adds up how far things move, from the first paint on. */
const watchShifts = (page) =>
	page.addInitScript(() => {
		globalThis.shifts = 0;
		new PerformanceObserver((list) => {
			for (const entry of list.getEntries()) globalThis.shifts += entry.value;
		}).observe({ type: "layout-shift", buffered: true });
	});
const shifted = (page) => page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(() => done(globalThis.shifts)))));

test("what is typed is checked in the page, and nothing moves", async () => {
	const problems = [];
	for (const [size, viewport] of Object.entries(sizes)) {
		const page = await window("chromium", browser, true, { viewport });
		await watchShifts(page);
		const asked = [];
		const errors = [];
		page.on("request", (request) => asked.push(new URL(request.url()).pathname));
		page.on("pageerror", (error) => errors.push(error.message));
		page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
		await page.goto(`${open.pages}/signup`);
		const top = () => page.evaluate(() => document.querySelector("button[type=submit]").getBoundingClientRect().top + scrollY);
		const before = await top();
		await page.fill("#username", "a b");
		await page.fill("#email", "nobody");
		await page.fill("#password", "drowssaP");
		await page.waitForFunction(() => document.querySelector("#strength-bar").dataset.score === "0");
		await page.waitForFunction(() => document.querySelector("#username-error").textContent && document.querySelector("#email-error").textContent);
		assert.match(await page.textContent("#password-error"), /similar to a common password/);
		assert.equal(await top(), before);
		assert.equal(await shifted(page), 0, `things move, ${size}`);
		if (size === "desktop") problems.push(...(await look(page, "signup-typed")));
		await page.setViewportSize(viewport);
		await page.fill("#username", "ada");
		await page.fill("#email", "ada@example.com");
		await page.fill("#password", strong);
		await page.waitForFunction(() => document.querySelector("#strength-bar").dataset.score === "4" && !document.querySelector("#username-error").textContent);
		assert.match(await page.textContent("#password-strength"), /strong/);
		assert.equal(await top(), before);
		if (size === "desktop") {
			await forReadme(page, "signup");
			await page.click("#show");
			assert.equal(await page.getAttribute("#password", "type"), "text");
			problems.push(...(await look(page, "signup-strong")));
		}
		assert.deepEqual(errors, []);
		assert.ok(
			asked.every((path) => !path.startsWith("/api/")),
			"what is typed is sent",
		);
		await page.context().close();
	}
	assert.deepEqual(problems, []);
});

test("no text that the form may show moves anything, in any language and width", async () => {
	const page = await window("chromium", browser);
	const moved = [];
	const problems = [];
	for (const language of ["en", "de", "es", "fr", "ja", "pl", "pt-BR"]) {
		await page.goto(`${open.pages}/signup?lang=${language}`);
		const rules = await (await fetch(`${open.pages}/rules?lang=${language}`)).json();
		const { label, score0, score1, score2, score3, score4, ...advice } = rules.strength;
		const codes = (...of) => of.map((code) => rules.codes[code]);
		const texts = {
			"username-error": codes("E001001", "E001003", "E001004"),
			"email-error": codes("E002001", "E002003", "E002004"),
			"password-error": [...codes("E003001", "E003002", "E003003", "E003008"), ...Object.values(advice)],
			"password-strength": [score3, score4].map((score) => `${label} ${score}.`),
		};
		for (const width of [320, 360, 412, 768, 1280]) {
			await page.setViewportSize({ width, height: 800 });
			const found = await page.evaluate((texts) => {
				const height = () => document.querySelector("form").getBoundingClientRect().height;
				const before = height();
				return Object.entries(texts).flatMap(([id, all]) =>
					all.filter((text) => {
						const element = document.getElementById(id);
						element.textContent = text;
						const after = height();
						element.textContent = "";
						return after !== before;
					}),
				);
			}, texts);
			moved.push(...found.map((text) => `${language}, ${width}: ${text}`));
		}
		if (!["de", "ja"].includes(language)) continue;
		await page.fill("#password", "drowssaP");
		await page.waitForFunction(() => document.querySelector("#password-error").textContent !== "");
		problems.push(...(await look(page, `signup-${language}`)));
	}
	assert.deepEqual(moved, []);
	assert.deepEqual(problems, []);
	await page.context().close();
});

test("the password and the code can be pasted", async () => {
	const page = await window("chromium", browser);
	for (const [path, field, text] of [
		["signup", "password", strong],
		["confirm", "password", strong],
		["confirm", "token", "x".repeat(32)],
	]) {
		await page.goto(`${open.pages}/signup`);
		await page.fill("#username", text);
		await page.keyboard.press("ControlOrMeta+A");
		await page.keyboard.press("ControlOrMeta+C");
		await page.goto(`${open.pages}/${path}`);
		await page.focus(`#${field}`);
		await page.keyboard.press("ControlOrMeta+V");
		await until(`pasted ${field}`, async () => (await page.inputValue(`#${field}`)) === text);
	}
	await page.context().close();
});

test("with Save-Data the module is never loaded, and the form works", async () => {
	const page = await window("chromium", browser);
	await page.addInitScript(() => Object.defineProperty(navigator, "connection", { value: { saveData: true } }));
	const asked = [];
	page.on("request", (request) => asked.push(request.url()));
	await signUp(page, open, "saver", "saver@example.com");
	await page.waitForURL("**/signup/sent*");
	assert.ok(!asked.some((url) => url.endsWith(".wasm") || url.includes("/rules")));
	await page.context().close();
});

for (const scripts of [true, false]) {
	test(`a double click signs up once${scripts ? "" : ", without JavaScript"}`, async () => {
		const page = await window("chromium", browser, scripts);
		const who = `twice${scripts ? "" : "-plain"}`;
		const posts = [];
		let accepted;
		const first = new Promise((done) => {
			accepted = done;
		});
		await page.route("**/signup", async (route) => {
			if (route.request().method() !== "POST") return route.continue();
			posts.push(route.request().postData());
			if (posts.length > 1) return route.continue();
			const headers = { ...(await route.request().allHeaders()), "sec-fetch-site": "same-origin" };
			accepted(await route.fetch({ headers, maxRedirects: 0 })); // the browser still waits for it at the second click
		});
		await page.goto(`${open.pages}/signup`);
		await page.fill("#email", `${who}@example.com`);
		await page.fill("#username", who);
		await page.fill("#password", strong);
		const { x, y } = await page.locator("button[type=submit]").boundingBox();
		const click = () => page.mouse.click(x + 5, y + 5); // which does not wait for the page that comes
		await click();
		assert.equal((await first).status(), 303);
		await click();
		await until("page after the sign-up", () => page.url().includes("/signup/sent"));
		assert.equal(posts.length, 2);
		assert.equal(posts[0], posts[1]);
		await smtp.mailTo(`${who}@example.com`);
		// The mail of a second sign-up would say that the name is taken. What comes after it is there.
		await signUp(page, open, `${who}-later`, `${who}-later@example.com`);
		await page.waitForURL("**/signup/sent*");
		await smtp.mailTo(`${who}-later@example.com`);
		assert.equal(smtp.to(`${who}@example.com`).length, 1);
		await page.context().close();
	});
}
