// Everything that is refused: what people enter, a form of another origin, a closed
// application, too many requests, a full disk.

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { browsers, window } from "./browsers.js";
import { mailServer, serve, until } from "./enrol.js";
import { look } from "./look.js";
import { conf, heading, signUp, strong } from "./people.js";

let smtp;
let open;
let browser;

before(async () => {
	smtp = await mailServer();
	const settings = conf(smtp, "bind_apps=True");
	open = await serve({ conf: (url) => settings(url).replace("all=CRM", "all=CRM, Closed") });
	browser = await browsers.chromium();
});

after(async () => {
	await browser?.close();
	for (const one of [open, smtp]) one?.stop();
});

const refusals = [
	["username", "", "Enter a username."],
	["username", "a b", "The username must not contain spaces."],
	["username", "a".repeat(129), "The username is too long."],
	["username", "the-admin", "This username cannot be used. Please choose another one."],
	["email", "", "Enter your e-mail address."],
	["email", "nobody", "Please enter a valid e-mail address."],
	["email", "a b@example.com", "The e-mail address must not contain spaces."],
	["email", `${"a".repeat(64)}@${"b.".repeat(32)}example.com`, "The e-mail address is too long."],
	["email", "root@example.com", "Please enter a valid e-mail address."],
	["password", "", "Enter a password."],
	["password", "plum", "The password is too short."],
	["password", "tundra-".repeat(40), "The password is too long."],
	["password", `${strong}-zxcvbnm`, "This password cannot be used. Please choose another one."],
	["password", "butterfly1990", "This password is too easy to guess. Please choose a stronger one."],
];

for (const scripts of [true, false]) {
	test(`each refusal stands in the summary and next to its field${scripts ? "" : ", without JavaScript"}`, async (t) => {
		const site = await serve({ conf: conf(smtp, "rate_signup=1000") });
		t.after(site.stop);
		const page = await window("chromium", browser, scripts);
		for (const [field, value, text] of refusals) {
			await page.goto(`${site.pages}/signup`);
			const entered = { email: "ada@example.com", username: "ada", password: strong, [field]: value };
			for (const [name, typed] of Object.entries(entered)) await page.fill(`#${name}`, typed);
			await page.click("button[type=submit]");
			await page.waitForSelector("#error-summary");
			assert.equal(await page.textContent(`#error-summary a[href="#${field}"]`), text, `${field} ${value}`);
			assert.equal((await page.$$("#error-summary a")).length, 1, `${field} ${value}`);
			assert.equal(await page.textContent(`#${field}-error`), text);
			assert.equal(await page.getAttribute(`#${field}`, "aria-invalid"), "true");
		}
		assert.deepEqual(smtp.to("ada@example.com"), []);
		await page.context().close();
	});
}

test("a form of another origin is refused, and signs up nobody", async () => {
	const other = createServer((_, answer) => {
		answer.setHeader("content-type", "text/html");
		const fields = { username: "eve", email: "eve@example.com", password: strong };
		const inputs = Object.entries(fields).map(([name, value]) => `<input name="${name}" value="${value}">`);
		answer.end(`<form method="post" action="${open.pages}/signup">${inputs.join("")}<button>Win</button></form>`);
	}).listen(0, "127.0.0.1");
	await once(other, "listening");
	const page = await window("chromium", browser);
	await page.goto(`http://localhost:${other.address().port}`);
	await page.click("button");
	await page.waitForURL("**/signup");
	assert.match(await heading(page), /not accepted/);
	assert.match(await page.textContent("main"), /open the page again/);
	assert.deepEqual(await look(page, "other-origin"), []);
	await page.click("text=Go to the sign-up page");
	await page.waitForSelector("#email");
	assert.equal(smtp.mails.length, 0);
	other.close();
	await page.context().close();
});

test("an application that is closed to sign-ups says so", async () => {
	const page = await window("chromium", browser);
	const answer = await page.goto(`${open.pages}/signup?app=Closed`);
	assert.equal(answer.status(), 403);
	assert.match(await page.textContent("main"), /application/);
	assert.equal(await page.$("form"), null);
	assert.deepEqual(await look(page, "closed-application"), []);
	await page.context().close();
});

for (const operation of ["signup", "confirm", "resend"]) {
	test(`too many requests of ${operation} get a page that says when to try again`, async () => {
		const page = await window("chromium", browser);
		const post = () => fetch(`${open.pages}/${operation}`, { method: "POST", body: new URLSearchParams({ username: "" }) });
		let most = 100;
		while ((await post()).status !== 429) assert.ok(most--);
		await until("limit", async () => {
			await page.goto(`${open.pages}/${operation}`);
			await page.click("button[type=submit]");
			await page.waitForSelector("#error-summary, h1 + p + .more");
			return /too many/i.test(await heading(page)); // a place may have become free meanwhile
		});
		assert.match(await page.textContent("main"), /again in \d+/);
		assert.deepEqual(await look(page, operation === "signup" ? "limited" : `limited-${operation}`), []);
		await page.context().close();
	});
}

test("a server whose disk is full says when to try again, and has signed up nobody", async (t) => {
	const full = await serve({ conf: conf(smtp), flags: ["--audit", "/dev/full"] });
	t.after(full.stop);
	const page = await window("chromium", browser);
	await signUp(page, full, "ada", "ada@example.com");
	await until("answer", async () => /wait a moment/i.test(await heading(page)));
	assert.match(await page.textContent("main"), /try again/);
	assert.deepEqual(await look(page, "busy"), []);
	assert.deepEqual(smtp.to("ada@example.com"), []);
	await page.context().close();
});
