// A link that has expired. A claim lives for a minute at least, which passes while the
// other tests run.

import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { browsers, window } from "./browsers.js";
import { mailServer, serve, until } from "./enrol.js";
import { look } from "./look.js";
import { conf, confirm, linkIn, signUp, strong, tokenIn } from "./people.js";

test("an expired link gets the answer of one that never was, and leads to a new sign-up", async (t) => {
	const smtp = await mailServer();
	const site = await serve({ conf: conf(smtp, "confirm_within=1") });
	t.after(() => {
		site.stop();
		smtp.stop();
	});
	let browser = await browsers.chromium();
	let page = await window("chromium", browser);
	await signUp(page, site, "ada", "ada@example.com");
	await page.waitForURL("**/signup/sent*");
	const end = Date.now() + 60_000; // the claim is older
	await browser.close();
	const mail = await smtp.mailTo("ada@example.com");
	await setTimeout(end - Date.now());

	browser = await browsers.chromium();
	t.after(() => browser.close());
	page = await window("chromium", browser);
	const answer = async (on = page) => {
		await on.fill("#password", strong);
		await on.click("button[type=submit]");
		await on.waitForSelector("#error-summary");
		return on.textContent("main");
	};
	await page.goto(linkIn(mail));
	await until("token in the form", () => page.inputValue("#token"));
	const expired = await answer();
	assert.match(expired, /If the code has expired, sign up again\./);
	assert.equal((await site.verify("ada", strong)).status, "error");
	const problems = await look(page, "confirm-expired");
	await page.goto(`${site.pages}/confirm`);
	await page.fill("#token", "x".repeat(32));
	assert.equal(await answer(), expired);

	const plain = await window("chromium", browser, false);
	await plain.goto(linkIn(mail));
	await plain.fill("#token", tokenIn(mail));
	assert.match(await answer(plain), /If the code has expired, sign up again\./);
	await plain.context().close();

	// The name is free again: it was the time that ended the link. The new claim may take its time.
	await site.restart(conf(smtp));
	await page.click("a:has-text('Sign up again')");
	await page.waitForURL("**/signup");
	await signUp(page, site, "ada", "ada@example.com");
	await page.waitForURL("**/signup/sent*");
	await confirm(page, site, tokenIn(await smtp.mailTo("ada@example.com", 1)));
	await page.waitForURL("**/confirmed*");
	assert.equal((await site.verify("ada", strong)).status, "ok");
	assert.deepEqual(problems, []);
});
