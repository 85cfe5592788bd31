// The browsers of Debian, with one interface.

import { chromium } from "playwright-core";
import puppeteer from "puppeteer-core";
import { until } from "./enrol.js";

/** The browsers. Playwright cannot drive Debian's Firefox: Puppeteer does, which stands in for it. */
export const browsers = {
	chromium: () => chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] }),
	firefox: (scripts = true) =>
		puppeteer.launch({
			browser: "firefox",
			executablePath: "/usr/bin/firefox-esr",
			extraPrefsFirefox: { "javascript.enabled": scripts, "accessibility.tabfocus": 7 },
		}),
};

/** A new window of a browser. Firefox runs no scripts if it was launched so. */
export async function window(name, browser, scripts = true, more = {}) {
	if (name === "firefox") return standIn(await browser.newPage());
	const context = await browser.newContext({ locale: "en", javaScriptEnabled: scripts, ...more });
	context.setDefaultTimeout(60_000);
	return context.newPage();
}

/** Has what the tests use of Playwright's pages, by Puppeteer, also in a browser that runs no scripts of pages. */
function standIn(page) {
	page.setDefaultTimeout(60_000);
	const read = (selector, what) => page.$eval(selector, what);
	const loaded = () => page.evaluate(() => document.readyState === "complete").catch(() => false);
	return {
		keyboard: page.keyboard,
		goto: (url) => page.goto(url),
		url: () => page.url(),
		content: () => page.content(),
		evaluate: (what, ...given) => page.evaluate(what, ...given),
		waitForSelector: (selector) => until(selector, () => page.$(selector).catch(() => null)),
		waitForURL: (pattern) => until(pattern, () => page.url().includes(pattern.replaceAll("*", "")) && loaded()),
		setViewportSize: (size) => page.setViewport(size),
		textContent: (selector) => read(selector, (element) => element.textContent),
		inputValue: (selector) => read(selector, (element) => element.value),
		getAttribute: (selector, name) => page.$eval(selector, (element, attribute) => element.getAttribute(attribute), name),
		isVisible: (selector) => read(selector, (element) => element.checkVisibility()),
		fill: (selector, text) =>
			page.$eval(
				selector,
				(element, value) => {
					element.focus();
					element.value = value;
					element.dispatchEvent(new Event("input", { bubbles: true }));
				},
				text,
			),
		click: (selector) => read(selector, (element) => element.click()),
	};
}
