// The pages for operators: signing in, deciding about accounts, and dead letters.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { browsers, window } from "./browsers.js";
import { mailServer, serve, superKey, until } from "./enrol.js";
import { forReadme, look, outside, picture, sizes } from "./look.js";
import { conf, heading, linkIn, strong } from "./people.js";

let smtp;
let site;

before(async () => {
	smtp = await mailServer();
	site = await serve({ conf: conf(smtp, "rate_signup=1000", true) });
});

after(() => {
	for (const one of [site, smtp]) one?.stop();
});

const api = async (path, body) => (await fetch(`${site.pages}/api${path}`, { method: "POST", body: JSON.stringify(body) })).json();

/** Signs somebody up over the JSON API. */
async function signUp(username) {
	const email = `${username}@example.com`;
	assert.equal((await api("/signup", { username, email, password: strong })).status, "ok");
	return email;
}

/** Signs somebody up and confirms, so that they wait for approval. */
async function join(username) {
	const email = await signUp(username);
	const token = linkIn(await smtp.mailTo(email)).split("#")[1];
	assert.equal((await api("/confirm", { token, password: strong })).status, "ok");
}

/** Signs an operator in at a page that asks for it. */
async function signIn(page, at = "/admin/waiting", key = superKey) {
	await page.goto(`${site.rest}${at}`);
	await page.fill("#name", "ada");
	await page.fill("#key", key);
	await page.click("main button[type=submit]");
}

test("an operator signs in, decides, locks, and signs out, in pages without a problem", async (t) => {
	const browser = await browsers.chromium();
	t.after(() => browser.close());
	const page = await window("chromium", browser);
	const errors = [];
	page.on("console", (message) => message.type() === "error" && !message.text().includes("status of 4") && errors.push(message.text()));
	const problems = [];
	const see = async (name) => problems.push(...(await look(page, `admin-${name}`)));

	await page.goto(`${site.rest}/admin`);
	assert.equal(await heading(page), "Sign in");
	await see("sign-in");
	await signIn(page, "/admin/waiting", "wrong");
	await page.waitForSelector("#error-summary");
	assert.equal(await page.inputValue("#name"), "ada");
	await see("sign-in-wrong-key");
	await signIn(page);
	await page.waitForURL("**/admin/waiting*");
	await see("waiting-none");

	for (const name of ["grace", "linus", "margaret"]) await join(name);
	await signUp("dennis");
	await page.goto(`${site.rest}/admin/waiting`);
	assert.match(await page.textContent("main"), /grace[\s\S]*linus[\s\S]*margaret/);
	await page.click("summary");
	await see("waiting");
	await forReadme(page, "admin");
	await page.click("text=For their token");
	assert.match(await page.textContent("main"), /dennis/);
	await see("waiting-to-confirm");

	await page.goto(`${site.rest}/admin/waiting`);
	await page.click('[aria-label="Approve grace"]');
	assert.match(await page.textContent("[role=status]"), /approved/);
	await see("approved");
	await page.click('[aria-label="Reject linus"]');
	await page.fill("details[open] textarea", "x".repeat(1025));
	await page.click('[aria-label="Reject and delete linus"]');
	assert.match(await page.textContent("#error-summary"), /E008002/);
	assert.equal((await page.inputValue("#reason")).length, 1025);
	await see("account-reason-too-long");
	await page.fill("#reason", "We do not know you.");
	await page.click("text=Reject and delete");
	assert.match(await page.textContent("[role=status]"), /rejected/);
	assert.match((await smtp.mailTo("linus@example.com", 1)).text, /We do not know you\./);

	await page.click("text=margaret");
	assert.equal(await heading(page), "margaret");
	await see("account");
	await page.click('section button:text-is("Lock")');
	assert.match(await page.textContent("[role=status]"), /locked/);
	await see("account-locked");
	await page.click('section button:text-is("Unlock")');
	assert.match(await page.textContent("[role=status]"), /unlocked/);

	await page.goto(`${site.rest}/admin/search`);
	await see("search");
	await page.fill("#since", "yesterday");
	await page.fill("#username", "MARG");
	await page.click("main button[type=submit]");
	assert.equal(await page.inputValue("#username"), "MARG");
	await see("search-wrong");
	await page.fill("#since", "");
	await page.click("main button[type=submit]");
	await see("search-found");
	await page.click("text=margaret");
	assert.match(await page.textContent(".entries"), /user\.lock[^]*by admin:ada/);
	await page.goto(`${site.rest}/admin`);
	assert.match(await page.textContent("main"), /signup: ok/);
	await see("numbers");

	await page.goto(`${site.rest}/admin/account?user_id=00000000000000000000000000`);
	await see("account-absent");
	await page.goto(`${site.rest}/admin/dead`);
	await see("dead-none");
	await page.goto(`${site.rest}/admin/nothing`);
	await see("absent");
	await page.goto(`${site.rest}/admin/waiting`);
	await page.click("text=Sign out");
	await page.waitForURL("**/admin/sign-in");
	await page.goto(`${site.rest}/admin/dead`);
	assert.equal(await heading(page), "Sign in");
	assert.deepEqual(problems, []);
	assert.deepEqual(errors, []);
});

for (const [name, launch] of Object.entries(browsers)) {
	test(`a session over plain http on this machine outlives a restart: ${name}`, async (t) => {
		const browser = await launch();
		t.after(() => browser.close());
		const page = await window(name, browser);
		await page.setViewportSize(sizes.phone);
		for (const host of ["127.0.0.1", "localhost"]) {
			const at = site.rest.replace("127.0.0.1", host);
			const press = async (keys) => {
				for (const key of keys) await page.keyboard.press(key);
			};
			await page.goto(`${at}/admin/dead`);
			await press(["Tab", "Tab"]); // past the link to the content
			assert.equal(await page.evaluate(() => document.activeElement.id), "name");
			await page.keyboard.type("ada");
			await press(["Tab"]);
			await page.keyboard.type(superKey);
			await press(["Enter"]);
			await until("page behind the form", async () => (await heading(page).catch(() => "")) === "Dead letters");
			assert.equal(new URL(page.url()).pathname, "/admin/dead");
			await site.restart();
			await page.goto(`${at}/admin/waiting`);
			assert.equal(await heading(page), "Waiting for approval");
			assert.equal(await page.evaluate(() => document.cookie), ""); // no script reads it
			await page.click(".site button");
			await until("form of signing in", async () => (await heading(page).catch(() => "")) === "Sign in");
		}
	});
}

test("what is posted without a session comes back", async (t) => {
	const browser = await browsers.chromium();
	t.after(() => browser.close());
	const page = await window("chromium", browser);
	await join("barbara");
	await signIn(page);
	await page.waitForURL("**/admin/waiting*");
	await page.click('[aria-label="Reject barbara"]');
	await page.fill("details[open] textarea", "We do not know you.");
	await page.context().clearCookies();
	await page.click('[aria-label="Reject and delete barbara"]');
	assert.match(await page.textContent("main"), /Nothing was done[\s\S]*We do not know you\./);
	assert.deepEqual(await look(page, "admin-sign-in-again"), []);
	await page.fill("#name", "ada");
	await page.fill("#key", superKey);
	await page.click("main button[type=submit]");
	await page.waitForURL("**/admin/waiting*");
	assert.match(await page.textContent("main"), /barbara/);
});

test("nothing is cut off with larger text, and forced colours keep the edges", async (t) => {
	const browser = await browsers.chromium();
	t.after(() => browser.close());
	const page = await window("chromium", browser, true, { viewport: { width: 320, height: 256 } });
	await join("a-name-that-is-as-long-as-some-people-choose-theirs-to-be");
	await signIn(page);
	await page.waitForURL("**/admin/waiting*");
	const problems = [];
	for (const path of ["", "/search", "/waiting", "/waiting?status=to-confirm", "/dead"]) {
		await page.goto(`${site.rest}/admin${path}`);
		await page.evaluate(() => {
			document.documentElement.style.fontSize = "200%";
			for (const one of document.querySelectorAll("details")) one.open = true;
		});
		problems.push(...(await page.evaluate(outside)).map((problem) => `${path}: ${problem}`));
	}
	await page.emulateMedia({ forcedColors: "active" });
	await page.goto(`${site.rest}/admin/waiting`);
	await picture(page, "admin-waiting-forced");
	assert.deepEqual(problems, []);
});

test("without a super-user's key the pages say how to set one", async (t) => {
	const keyless = await serve({ conf: conf(smtp), mailbox: true });
	const browser = await browsers.chromium();
	t.after(() => Promise.all([browser.close(), keyless.stop()]));
	const page = await window("chromium", browser);
	await page.goto(`${keyless.rest}/admin`);
	assert.match(await page.textContent("main"), /ENROL_SUPER_API_KEY/);
	assert.deepEqual(await look(page, "admin-keyless"), []);
});
