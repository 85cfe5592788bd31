// Without a mail server: the mailbox page of this machine has the mails.

import assert from "node:assert/strict";
import { test } from "node:test";
import { browsers, window } from "./browsers.js";
import { serve, until } from "./enrol.js";
import { look } from "./look.js";
import { conf, signUp, strong } from "./people.js";

test("without a mail server, the mailbox of this machine has the mail", async (t) => {
	const site = await serve({ mailbox: true, conf: (url) => conf({ address: "" })(url).replace(/smtp_conn=.*\n/, "") });
	const browser = await browsers.chromium();
	t.after(() => {
		site.stop();
		return browser.close();
	});
	const page = await window("chromium", browser);
	const problems = [];
	await page.goto(site.mailbox());
	problems.push(...(await look(page, "mailbox-empty")));
	await signUp(page, site, "ada", "ada@example.com");
	await page.waitForURL("**/signup/sent*");
	problems.push(...(await look(page, "sent-kept")));
	await until("mail in the mailbox", async () => {
		await page.goto(site.mailbox());
		return page.$("td a");
	});
	problems.push(...(await look(page, "mailbox")));
	await page.click("td a");
	await page.waitForSelector("iframe");
	problems.push(...(await look(page, "mailbox-mail")));
	await page.goto(await page.textContent("pre a"));
	await until("token in the form", () => page.inputValue("#token"));
	await page.fill("#password", strong);
	await page.click("button[type=submit]");
	await page.waitForURL("**/confirmed*");
	assert.deepEqual(problems, []);
});
