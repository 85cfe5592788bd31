// Signs up in browsers, from the form to the login, against the command as it is
// built: with its store on disk, a mail server, and with and without JavaScript.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { browsers, window } from "./browsers.js";
import { mailServer, serve, until } from "./enrol.js";
import { fit, forReadme, look } from "./look.js";
import { conf, confirm, heading, likeness, linkIn, resend, signUp, strong, tokenIn } from "./people.js";

let smtp;
let open;
let closed;

before(async () => {
	smtp = await mailServer();
	open = await serve({ conf: conf(smtp, "rate_signup=1000\nresend_cooldown=0") });
	closed = await serve({ conf: conf(smtp, "", true) });
});

after(() => {
	for (const one of [open, closed, smtp]) one?.stop();
});

for (const [name, launch] of Object.entries(browsers)) {
	for (const scripts of [true, false]) {
		const who = `${name}${scripts ? "" : "-plain"}`;
		test(`sign-up, mail, confirmation and login: ${name}${scripts ? "" : " without JavaScript"}`, async (t) => {
			const browser = await launch(scripts);
			t.after(() => browser.close());
			const page = await window(name, browser, scripts);
			const problems = [];
			const see = async (state) => {
				problems.push(...(await (who === "chromium" ? look : fit)(page, state)));
				if (who === "chromium" && ["sent", "confirm-link"].includes(state)) await forReadme(page, state.replace("-link", ""));
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

			// A new name.
			const email = `${who}@example.com`;
			await signUp(page, open, who, email);
			await page.waitForURL("**/signup/sent*");
			const sent = await likeness(page);
			assert.equal(page.url().includes("@") || page.url().includes(who), false);
			await see("sent");
			const mail = await smtp.mailTo(email);

			// A click on the link changes nothing yet, and a restart loses nothing; without JavaScript, the token is typed.
			await open.restart();
			await page.goto(linkIn(mail));
			const enter = async () => {
				if (!scripts) return page.fill("#token", tokenIn(mail));
				await until("token in the form", () => page.inputValue("#token"));
				assert.equal(await page.isVisible("#token"), false);
			};
			await enter();
			if (scripts) assert.equal(page.url(), `${open.pages}/confirm`);
			await see("confirm-link");
			assert.equal((await open.verify(who, strong)).status, "error");
			await page.fill("#password", "not the password");
			await page.click("button[type=submit]");
			await page.waitForSelector("#error-summary");
			await see("confirm-refused");
			await enter();
			await page.fill("#password", strong);
			await page.click("button[type=submit]");
			await page.waitForURL("**/confirmed*");
			await see("confirmed");
			assert.equal((await open.verify(who, strong)).status, "ok");

			// Neither code nor password.
			await page.goto(`${open.pages}/confirm`);
			await page.click("button[type=submit]");
			await page.waitForSelector("#error-summary");
			assert.match(await page.textContent("#error-summary"), /Enter the code.*Enter a password/s);
			await see("confirm-missing");

			// A used link and one that never was get the same answer, which says what to do.
			const refusals = [];
			for (const token of [tokenIn(mail), "x".repeat(32)]) {
				await confirm(page, open, token);
				await page.waitForSelector("#error-summary");
				refusals.push(await page.textContent("main"));
			}
			assert.equal(refusals[0], refusals[1]);
			assert.match(refusals[0], /you can log in.*Sign up again/s);
			await see("confirm-used");

			// A taken name and a taken address look like a new name. What differs is the mail.
			for (const [username, address] of [
				[who, `other-${email}`],
				[`${who}-2`, email],
			]) {
				const known = smtp.to(address).length;
				await signUp(page, open, username, address);
				await page.waitForURL("**/signup/sent*");
				assert.equal(await likeness(page), sent);
				assert.equal((await smtp.mailTo(address, known)).text.includes("/confirm#"), false);
			}

			// Another message, and then its cooldown, in which there is none: the page looks the same.
			const [third, address] = [`${who}-3`, `third-${email}`];
			await signUp(page, open, third, address);
			await page.waitForURL("**/signup/sent*");
			await smtp.mailTo(address);
			await page.goto(`${open.pages}/resend`);
			await see("resend");
			const entered = () => Promise.all(["#email", "#username"].map((field) => page.inputValue(field)));
			assert.deepEqual(await entered(), scripts ? [address, third] : ["", ""]);
			if (scripts) assert.equal(await page.evaluate(() => Object.values(sessionStorage).join()).then((kept) => kept.includes(strong)), false);
			await page.fill("#email", "");
			await page.fill("#username", "");
			await page.click("button[type=submit]");
			await page.waitForSelector("#error-summary");
			assert.deepEqual(await entered(), ["", ""]);
			await see("resend-missing");
			await resend(page, open, third, address);
			await page.waitForURL("**/signup/sent*");
			assert.equal(await likeness(page), sent);
			const second = await smtp.mailTo(address, 1);
			await open.restart(conf(smtp, "rate_signup=1000\nresend_cooldown=3600"));
			await resend(page, open, third, address);
			await page.waitForURL("**/signup/sent*");
			assert.equal(await likeness(page), sent);
			await resend(page, open, `nobody-${who}`, address);
			await page.waitForURL("**/signup/sent*");
			assert.equal(await likeness(page), sent);
			await confirm(page, open, tokenIn(second)); // a third message would end its token
			await page.waitForURL("**/confirmed*");
			await page.goto(`${open.pages}/resend`);
			assert.deepEqual(await entered(), ["", ""]);
			await smtp.mailTo(address, 2); // the welcome, which comes after
			assert.equal(smtp.to(address).filter((one) => one.text.includes("/confirm#")).length, 2);
			await page.goto(`${open.pages}/nothing`);
			await see("absent");
			await page.goto(`${open.pages}/signup?app=Other`);
			assert.match(await heading(page), /not accepted|not found/i);
			await see("no-application");

			// Approval: the page says so, and the decision comes by mail.
			for (const decision of ["approve", "reject"]) {
				const person = `${decision}-${who}`;
				await signUp(page, closed, person, `${person}@example.com`);
				await page.waitForURL("**/signup/sent*");
				await confirm(page, closed, tokenIn(await smtp.mailTo(`${person}@example.com`)));
				await page.waitForURL("**/confirmed*");
				assert.match(await page.textContent("main"), /review it before you can log in/);
				if (decision === "approve") await see("confirmed-approval");
				assert.equal((await closed.verify(person, strong)).status, "error");
				const { result, users = result } = await closed.waiting();
				const { user_id } = users.find((user) => user.username === person);
				assert.equal((await closed.decide(`/${decision}`, { user_id, ...(decision === "reject" ? { reason: "a test" } : {}) })).status, "ok");
				const told = await smtp.mailTo(`${person}@example.com`, 1);
				assert.match(told.text, decision === "approve" ? /approved/ : /a test/);
				assert.equal((await closed.verify(person, strong)).status, decision === "approve" ? "ok" : "error");
			}
			assert.deepEqual(problems, []);
		});
	}
}
