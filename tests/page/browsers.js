// The browsers of Debian, and what is looked at in every state of a page.

import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { chromium } from "playwright-core";
import puppeteer from "puppeteer-core";
import { build, until } from "./enrol.js";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const shots = join(build, "page");
mkdirSync(shots, { recursive: true });

/** The browsers. Playwright cannot drive Debian's Firefox: Puppeteer does, which stands in for it. */
export const browsers = {
	chromium: () => chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] }),
	firefox: () => puppeteer.launch({ browser: "firefox", executablePath: "/usr/bin/firefox-esr" }),
};

/** A new window of a browser. */
export async function window(name, browser, scripts) {
	if (name === "firefox") return standIn(await browser.newPage());
	const context = await browser.newContext({ locale: "en", javaScriptEnabled: scripts });
	context.setDefaultTimeout(60_000);
	return context.newPage();
}

/** Has what the tests use of Playwright's pages, by Puppeteer. */
function standIn(page) {
	page.setDefaultTimeout(60_000);
	const read = (selector, what) => page.$eval(selector, what);
	return {
		goto: (url) => page.goto(url),
		url: () => page.url(),
		content: () => page.content(),
		evaluate: (what) => page.evaluate(what),
		waitForSelector: (selector) => page.waitForSelector(selector),
		waitForURL: (pattern) => until(pattern, () => page.url().includes(pattern.replaceAll("*", "")) && page.evaluate(() => document.readyState === "complete").catch(() => false)),
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

const sizes = { phone: { width: 320, height: 640 }, desktop: { width: 1280, height: 800 } };

/** Looks for what axe finds, for a page that is wider than its window, and takes pictures. */
export async function look(page, name, pictures) {
	const problems = [];
	await page.evaluate(axe);
	for (const [size, viewport] of Object.entries(pictures ? sizes : { desktop: sizes.desktop })) {
		await page.setViewportSize(viewport);
		for (const colorScheme of pictures ? ["light", "dark"] : [undefined]) {
			if (colorScheme) await page.emulateMedia({ colorScheme });
			const found = await page.evaluate(async () => {
				const { violations } = await globalThis.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] });
				const wide = document.documentElement.scrollWidth > innerWidth ? ["the page is wider than the window"] : [];
				return [...wide, ...violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" ")}`)];
			});
			problems.push(...found.map((problem) => `${name}, ${size}, ${colorScheme}: ${problem}`));
			if (colorScheme) await page.screenshot({ path: join(shots, `${name}-${size}-${colorScheme}.png`), fullPage: true });
		}
	}
	return problems;
}
