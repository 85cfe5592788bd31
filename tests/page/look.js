// What is looked at in every state of a page: what axe finds, what does not fit into
// the window, what is too small for a finger, and pictures.

import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { build } from "./enrol.js";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const shots = join(build, "page");
mkdirSync(shots, { recursive: true });

/** The windows. The phone is as wide as a desktop at 400 %. */
export const sizes = { phone: { width: 320, height: 640 }, desktop: { width: 1280, height: 800 } };

/** Takes pictures of a state, and returns what is wrong with it. */
export async function look(page, name) {
	const problems = [];
	await page.evaluate(axe);
	for (const [size, viewport] of Object.entries(sizes)) {
		await page.setViewportSize(viewport);
		for (const colorScheme of ["light", "dark"]) {
			await page.emulateMedia({ colorScheme });
			const found = [...(await page.evaluate(outside)), ...(await page.evaluate(violations))];
			problems.push(...found.map((problem) => `${name}, ${size}, ${colorScheme}: ${problem}`));
			await picture(page, `${name}-${size}-${colorScheme}`);
		}
	}
	return problems;
}

/** Returns what does not fit into a window of either size. */
export async function fit(page, name) {
	const problems = [];
	for (const [size, viewport] of Object.entries(sizes)) {
		await page.setViewportSize(viewport);
		problems.push(...(await page.evaluate(outside)).map((problem) => `${name}, ${size}: ${problem}`));
	}
	return problems;
}

/** Takes a picture of the whole page. */
export const picture = (page, name) => page.screenshot({ path: join(shots, `${name}.png`), fullPage: true });

/** Takes a picture for the README, whose pictures are those of build/page in host/docs. */
export async function forReadme(page, name) {
	await page.emulateMedia({ colorScheme: "light" });
	await page.setViewportSize({ width: 400, height: 700 });
	await page.screenshot({ path: join(shots, `page-${name}.png`) });
}

async function violations() {
	const { violations } = await globalThis.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] });
	return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" ")}`);
}

/**
 * Returns what somebody cannot see without scrolling sideways, or not at all, and what is
 * too small for a finger: less than 44 CSS pixels, except links in the middle of text. It
 * runs in the page.
 */
export function outside() {
	const found = document.documentElement.scrollWidth > innerWidth ? ["the page is wider than the window"] : [];
	const tell = (element, what) => found.push(`${what}: ${element.outerHTML.slice(0, 100)}`);
	for (const element of document.querySelectorAll("body *")) {
		const box = element.getBoundingClientRect();
		if (!element.checkVisibility() || element.closest("thead") || box.width === 0) continue;
		const inText = element.matches("a") && [...element.parentElement.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
		const small = Math.min(box.width, box.height) < 43.99; // zoom leaves fractions
		if (small && !inText && element.matches("a, button, input, select, summary, textarea")) tell(element, "too small for a finger");
		if (box.left < 0 || box.right > innerWidth) tell(element, "outside the window");
		if (element.matches("input, textarea, iframe, pre, pre *")) continue; // what is in them scrolls
		if (element.scrollWidth > Math.ceil(box.width) && getComputedStyle(element).display !== "inline") tell(element, "cut off at its side");
		if (getComputedStyle(element).overflow !== "visible" && element.scrollHeight > Math.ceil(box.height)) tell(element, "cut off below");
	}
	return found;
}
