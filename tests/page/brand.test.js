// The pages of a site that has a brand: its logo, colour, links and stylesheet, and
// where people go on after confirming.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { browsers, window } from "./browsers.js";
import { mailServer, serve } from "./enrol.js";
import { look } from "./look.js";
import { conf } from "./people.js";

const brand = `[enrol_pages]
[[CRM]]
name=Bills and Company
logo=logo.svg
color=ffd700
terms=https://example.com/terms
privacy=https://example.com/privacy
stylesheet=more.css
after_confirm=https://example.com/login
`;
const files = {
	"logo.svg": '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><rect width="64" height="64" rx="32" fill="#7a5c00"/><path d="M20 34l9 9 16-20" fill="none" stroke="#ffd700" stroke-width="7"/></svg>',
	"more.css": "h1 { letter-spacing: 0.01em }\n",
};

let smtp;
let site;

before(async () => {
	smtp = await mailServer();
	site = await serve({ conf: conf(smtp, brand), files });
});

after(() => {
	for (const one of [site, smtp]) one?.stop();
});

test("a brand has its logo, colour and links, and asks no other origin", async (t) => {
	const browser = await browsers.chromium();
	t.after(() => browser.close());
	const page = await window("chromium", browser);
	const asked = [];
	const errors = [];
	page.on("request", (request) => asked.push(request.url()));
	page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
	await page.goto(`${site.pages}/signup`);
	assert.equal(await page.evaluate(() => document.querySelector(".site img").naturalWidth > 0), true);
	const styleOf = (selector, name) => page.evaluate(([selector, name]) => getComputedStyle(document.querySelector(selector))[name], [selector, name]);
	assert.equal(await styleOf("button[type=submit]", "backgroundColor"), "rgb(255, 215, 0)");
	assert.equal(await styleOf("button[type=submit]", "color"), "rgb(0, 0, 0)");
	assert.notEqual(await styleOf("h1", "letterSpacing"), "normal");
	const problems = await look(page, "signup-brand");
	await page.goto(`${site.pages}/confirmed`);
	assert.equal(await page.getAttribute("a.button", "href"), "https://example.com/login");
	problems.push(...(await look(page, "confirmed-brand")));
	assert.deepEqual(problems, []);
	assert.deepEqual(errors, []);
	assert.deepEqual(
		asked.filter((url) => !url.startsWith(site.pages)),
		[],
	);
});
