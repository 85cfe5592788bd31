// Signs up in browsers, from the form to the login, against the command as it is
// built: with its store on disk, a mail server, and with and without JavaScript.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { gzipSync } from "node:zlib";
import { browsers, look, window } from "./browsers.js";
import { mailServer, serve, until } from "./enrol.js";

const strong = "tundra-kettle-orbit-plum";
const problems = [];
let smtp;
let open;
let closed;

const conf = (more) => (url) => `[main]
smtp_conn=smtp://${smtp.address}
site_name=Example
[apps]
all=CRM
signup_allowed=CRM
login_allowed=CRM
default=CRM
[password]
min_complexity=3
expiry=0
[signup]
${more}
email_confirm_from=hello@example.com
email_welcome_from=hello@example.com
[enrol]
public_url=${url}
argon2_memory=8192
argon2_iterations=1
confirm_requires_password=True
message_cooldown=0
resend_cooldown=3600
`;

before(async () => {
	smtp = await mailServer();
	open = await serve({ conf: conf("is_approval_needed=False") });
	closed = await serve({ conf: conf("is_approval_needed=True") });
});

after(() => {
	for (const one of [open, closed, smtp]) one?.stop();
});

async function signUp(page, site, username, email, password = strong) {
	await page.goto(`${site.pages}/signup`);
	await page.fill("#email", email);
	await page.fill("#username", username);
	await page.fill("#password", password);
	await page.click("button[type=submit]");
}

const linkIn = (mail) => mail.text.match(/http:\S+\/confirm#\S+/)[0];
const tokenIn = (mail) => linkIn(mail).split("#")[1];
const heading = (page) => page.textContent("h1");

for (const [name, launch] of Object.entries(browsers)) {
	for (const scripts of name === "chromium" ? [true, false] : [true]) {
		const who = `${name}${scripts ? "" : "-plain"}`;
		test(`sign-up, mail, confirmation and login: ${name}${scripts ? "" : " without JavaScript"}`, async (t) => {
			const browser = await launch();
			t.after(() => browser.close());
			const page = await window(name, browser, scripts);
			const see = async (state) => {
				if (scripts) problems.push(...(await look(page, state, name === "chromium")));
			};

			// Refusals: every field, in the summary and at the field.
			await page.goto(`${open.pages}/signup`);
			await see("signup");
			await page.click("button[type=submit]");
			await page.waitForSelector("#error-summary");
			await see("signup-missing");
			await signUp(page, open, "a b", "nobody", "short");
			await page.waitForSelector("#error-summary");
			for (const field of ["email", "username", "password"]) {
				assert.equal(await page.getAttribute(`#${field}`, "aria-invalid"), "true");
				assert.ok((await page.textContent(`#${field}-error`)).length > 10);
			}
			assert.equal(await page.inputValue("#password"), "");
			await see("signup-refused");

			// A new name, a taken name and a taken address look the same.
			const email = `${who}@example.com`;
			await signUp(page, open, who, email);
			await page.waitForURL("**/signup/sent*");
			const sent = await page.content();
			assert.equal(page.url().includes("@") || page.url().includes(who), false);
			await see("sent");
			const mail = await smtp.mailTo(email);

			// A click on the link changes nothing yet; without JavaScript, the token is typed.
			await open.restart();
			await page.goto(linkIn(mail));
			if (scripts) {
				await until("token in the form", () => page.inputValue("#token"));
				assert.equal(page.url(), `${open.pages}/confirm`);
				assert.equal(await page.isVisible("#token"), false);
				await see("confirm-link");
			} else {
				await page.fill("#token", tokenIn(mail));
			}
			assert.equal((await open.verify(who, strong)).status, "error");
			await page.fill("#password", "not the password");
			await page.click("button[type=submit]");
			await page.waitForSelector("#error-summary");
			await see("confirm-refused");
			if (scripts) {
				await until("token in the form again", () => page.inputValue("#token"));
				assert.equal(await page.isVisible("#token"), false);
			} else {
				await page.fill("#token", tokenIn(mail));
			}
			await page.fill("#password", strong);
			await page.click("button[type=submit]");
			await page.waitForURL("**/confirmed*");
			await see("confirmed");
			assert.equal((await open.verify(who, strong)).status, "ok");

			// A used link and one that never was get the same answer.
			const refusals = [];
			for (const token of [tokenIn(mail), "x".repeat(32)]) {
				await page.goto(`${open.pages}/confirm`);
				await page.fill("#token", token);
				await page.fill("#password", strong);
				await page.click("button[type=submit]");
				await page.waitForSelector("#error-summary");
				refusals.push(await page.textContent("#error-summary"));
			}
			assert.equal(refusals[0], refusals[1]);
			await see("confirm-used");

			for (const [username, address, told] of [
				[who, `other-${email}`, `other-${email}`],
				[`${who}-2`, email, email],
			]) {
				const known = smtp.mails.length;
				await signUp(page, open, username, address);
				await page.waitForURL("**/signup/sent*");
				const same = (html) => html.replace(/nonce="[^"]*"/g, "");
				assert.equal(same(await page.content()), same(sent));
				await until(`mail to ${told}`, () => smtp.mails.slice(known).some((one) => one.to.includes(told)));
			}

			// Another message, and its cooldown: the page looks the same.
			await signUp(page, open, `${who}-3`, `third-${email}`);
			await page.waitForURL("**/signup/sent*");
			for (const round of [1, 2]) {
				await page.goto(`${open.pages}/resend`);
				if (round === 1) await see("resend");
				await page.fill("#email", `third-${email}`);
				await page.fill("#username", `${who}-3`);
				await page.click("button[type=submit]");
				await page.waitForURL("**/signup/sent*");
			}
			await page.goto(`${open.pages}/nothing`);
			await see("absent");

			// Approval: the page says so, and the decision comes by mail.
			for (const decision of ["approve", "reject"]) {
				const person = `${decision}-${who}`;
				await signUp(page, closed, person, `${person}@example.com`);
				await page.waitForURL("**/signup/sent*");
				const confirm = await smtp.mailTo(`${person}@example.com`);
				await page.goto(`${closed.pages}/confirm`);
				await page.fill("#token", tokenIn(confirm));
				await page.fill("#password", strong);
				await page.click("button[type=submit]");
				await page.waitForURL("**/confirmed*");
				await see("confirmed-approval");
				const known = smtp.mails.length;
				const { result, users = result } = await closed.waiting();
				const { user_id } = users.find((user) => user.username === person);
				assert.equal((await closed.decide(`/${decision}`, { user_id, ...(decision === "reject" ? { reason: "a test" } : {}) })).status, "ok");
				const told = await until("decision by mail", () => smtp.mails.slice(known).find((one) => one.to.includes(`${person}@`)));
				if (decision === "reject") assert.match(told.text, /a test/);
			}
		});
	}
}

test("what is typed is checked in the page, and nothing moves", async (t) => {
	const browser = await browsers.chromium();
	t.after(() => browser.close());
	const page = await window("chromium", browser, true);
	const asked = [];
	const sizes = {};
	page.on("request", (request) => asked.push(new URL(request.url()).pathname));
	page.on("response", async (response) => {
		if (!response.url().endsWith(".wasm")) sizes[new URL(response.url()).pathname] = gzipSync(await response.body(), { level: 9 }).length;
	});
	const errors = [];
	page.on("pageerror", (error) => errors.push(error.message));
	page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
	await page.goto(`${open.pages}/signup`);
	await page.waitForLoadState("networkidle");
	const total = Object.values(sizes).reduce((sum, size) => sum + size, 0);
	t.diagnostic(`the sign-up page has ${(total / 1024).toFixed(1)} KiB compressed before the module: ${JSON.stringify(sizes)}`);
	assert.ok(total <= 40 * 1024, `${total} bytes`);
	assert.ok(!asked.some((path) => path.endsWith(".wasm")), "the module is loaded before anything is typed");
	const { paint, shift } = await page.evaluate(() => {
		globalThis.shifts = 0;
		new PerformanceObserver((list) => {
			for (const entry of list.getEntries()) globalThis.shifts += entry.value;
		}).observe({ type: "layout-shift", buffered: true });
		return { paint: performance.getEntriesByName("first-contentful-paint")[0]?.startTime, shift: globalThis.shifts };
	});
	assert.equal(shift, 0);
	t.diagnostic(`the first paint is after ${Math.round(paint)} ms, without the module`);
	const top = () => page.evaluate(() => document.querySelector("button[type=submit]").getBoundingClientRect().top);
	const before = await top();
	await page.fill("#username", "a b");
	await page.fill("#email", "nobody");
	await page.fill("#password", "drowssaP");
	await page.waitForFunction(() => document.querySelector("#strength-bar").dataset.score === "0");
	await page.waitForFunction(() => document.querySelector("#username-error").textContent && document.querySelector("#email-error").textContent);
	assert.match(await page.textContent("#password-error"), /similar to a common password/);
	assert.equal(await top(), before);
	assert.equal(await page.evaluate(() => globalThis.shifts), 0);
	problems.push(...(await look(page, "signup-typed", true)));
	await page.setViewportSize({ width: 1280, height: 800 });
	await page.fill("#username", "ada");
	await page.fill("#password", strong);
	await page.waitForFunction(() => document.querySelector("#strength-bar").dataset.score === "4" && !document.querySelector("#username-error").textContent);
	assert.match(await page.textContent("#password-strength"), /strong/);
	await page.click("#show");
	assert.equal(await page.getAttribute("#password", "type"), "text");
	problems.push(...(await look(page, "signup-strong", true)));
	assert.deepEqual(errors, []);
	assert.ok(asked.every((path) => !path.startsWith("/api/")), "what is typed is sent");
	for (const language of ["de", "ja"]) {
		await page.goto(`${open.pages}/signup?lang=${language}`);
		await page.fill("#password", "drowssaP");
		await page.waitForFunction(() => document.querySelector("#password-error").textContent !== "");
		problems.push(...(await look(page, `signup-${language}`, true)));
	}
});

test("with Save-Data the module is never loaded, and the form works", async (t) => {
	const browser = await browsers.chromium();
	t.after(() => browser.close());
	const page = await window("chromium", browser, true);
	await page.addInitScript(() => Object.defineProperty(navigator, "connection", { value: { saveData: true } }));
	const asked = [];
	page.on("request", (request) => asked.push(request.url()));
	await signUp(page, open, "saver", "saver@example.com");
	await page.waitForURL("**/signup/sent*");
	assert.ok(!asked.some((url) => url.endsWith(".wasm") || url.includes("/rules")));
});

test("without a mail server, the mailbox of this machine has the mail", async (t) => {
	const site = await serve({ mailbox: true, conf: (url) => conf("is_approval_needed=False")(url).replace(/smtp_conn=.*\n/, "") });
	const browser = await browsers.chromium();
	t.after(() => {
		site.stop();
		return browser.close();
	});
	const page = await window("chromium", browser, true);
	await signUp(page, site, "ada", "ada@example.com");
	await page.waitForURL("**/signup/sent*");
	await until("mail in the mailbox", async () => {
		await page.goto(site.mailbox());
		return page.$("td a");
	});
	problems.push(...(await look(page, "mailbox", true)));
	await page.click("td a");
	await page.waitForSelector("iframe");
	problems.push(...(await look(page, "mailbox-mail", true)));
	const link = await page.textContent("pre a");
	await page.goto(link);
	await until("token in the form", () => page.inputValue("#token"));
	await page.fill("#password", strong);
	await page.click("button[type=submit]");
	await page.waitForURL("**/confirmed*");
});

test("too many sign-ups get a page that says when to try again", async (t) => {
	const browser = await browsers.chromium();
	t.after(() => browser.close());
	const page = await window("chromium", browser, true);
	await until("limit", async () => {
		await signUp(page, closed, "a b", "nobody", "short");
		return /too many/i.test(await heading(page));
	});
	assert.match(await page.textContent("main"), /again in \d+/);
	problems.push(...(await look(page, "limited", true)));
});

test("axe finds nothing in any state, and no page is wider than 320 px", () => assert.deepEqual(problems, []));
