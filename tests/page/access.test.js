// The pages without a mouse, enlarged, in colours of the user's own, and without motion.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { browsers, window } from "./browsers.js";
import { mailServer, serve, until } from "./enrol.js";
import { outside, picture, sizes } from "./look.js";
import { conf, linkIn, strong } from "./people.js";

let smtp;
let open;

before(async () => {
	smtp = await mailServer();
	open = await serve({ conf: conf(smtp, "rate_signup=1000") });
});

after(() => {
	for (const one of [open, smtp]) one?.stop();
});

/** The states of the pages, as they are without anything typed. */
const states = {
	signup: async (page, query) => page.goto(`${open.pages}/signup${query}`),
	"signup-missing": async (page, query) => {
		await page.goto(`${open.pages}/signup${query}`);
		await page.click("button[type=submit]");
		await page.waitForSelector("#error-summary");
	},
	sent: async (page, query) => page.goto(`${open.pages}/signup/sent${query}`),
	"confirm-unknown": async (page, query) => {
		await page.goto(`${open.pages}/confirm${query}`);
		await page.fill("#token", "x".repeat(32));
		await page.fill("#password", strong);
		await page.click("button[type=submit]");
		await page.waitForSelector("#error-summary");
	},
	confirmed: async (page, query) => page.goto(`${open.pages}/confirmed${query}`),
	resend: async (page, query) => page.goto(`${open.pages}/resend${query}`),
	absent: async (page, query) => page.goto(`${open.pages}/nothing${query}`),
};

/** What users may change about text, which WCAG 1.4.4 and 1.4.12 name. */
const styles = {
	"at 400 %": "",
	"with text of 200 %": ":root { font-size: 200% !important }",
	"with more space": "* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }",
};

test("nothing is cut off at 400 %, with larger text, or with more space in it", async (t) => {
	const browser = await browsers.chromium();
	t.after(() => browser.close());
	// A window of 1280 x 1024 at 400 %, whose pixels need not be drawn as finely.
	const page = await window("chromium", browser, true, { viewport: { width: 320, height: 256 } });
	const problems = [];
	for (const language of ["de", "fr", "ja"]) {
		for (const [state, open] of Object.entries(states)) {
			await open(page, `?lang=${language}`);
			for (const [how, style] of Object.entries(styles)) {
				await page.evaluate((style) => {
					const sheet = new CSSStyleSheet();
					sheet.replaceSync(style);
					document.adoptedStyleSheets = [sheet];
				}, style);
				problems.push(...(await page.evaluate(outside)).map((problem) => `${state}, ${language}, ${how}: ${problem}`));
				if (language === "de" && state === "signup-missing") await picture(page, `${state}-${how.replace(/\W+/g, "-")}`);
			}
		}
	}
	assert.deepEqual(problems, []);
});

test("a script that runs from right to left mirrors the page, and nothing is cut off", async (t) => {
	const browser = await browsers.chromium();
	t.after(() => browser.close());
	const page = await window("chromium", browser, true, { viewport: sizes.phone });
	for (const [state, open] of Object.entries(states)) {
		await open(page, "");
		const edges = () =>
			page.evaluate(() => {
				const boxes = [...document.querySelectorAll(".languages a")].map((link) => link.getBoundingClientRect());
				return boxes.map(({ left, right }) => [left, innerWidth - right].map(Math.round));
			});
		const before = await edges();
		await page.evaluate(() => {
			document.documentElement.dir = "rtl";
		});
		assert.deepEqual(await page.evaluate(outside), [], state);
		assert.deepEqual(
			await edges(),
			before.map(([left, right]) => [right, left]),
			state,
		);
		if (state === "signup-missing") await picture(page, `${state}-rtl`);
	}
});

test("with forced colours everything has its edges, and the strength of a password is told", async (t) => {
	const browser = await browsers.chromium();
	t.after(() => browser.close());
	const page = await window("chromium", browser, true, { viewport: sizes.phone, forcedColors: "active" });
	for (const [state, open] of Object.entries(states)) {
		await open(page, "");
		for (const colorScheme of ["light", "dark"]) {
			await page.emulateMedia({ forcedColors: "active", colorScheme });
			const invisible = await page.evaluate(() => {
				const linear = (part) => (part <= 10 ? part / 3294.6 : ((part / 255 + 0.055) / 1.055) ** 2.4);
				const luminance = (color) => {
					const [red, green, blue] = color.match(/[\d.]+/g).map(Number).map(linear);
					return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
				};
				const differ = (a, b) => {
					const [dark, light] = [luminance(a), luminance(b)].sort((a, b) => a - b);
					return (light + 0.05) / (dark + 0.05) >= 3;
				};
				const around = getComputedStyle(document.body).backgroundColor;
				return [...document.querySelectorAll("main, input, button, .summary")]
					.filter((element) => {
						const { borderTopColor, borderTopWidth } = getComputedStyle(element);
						return element.checkVisibility() && (Number.parseFloat(borderTopWidth) < 1 || !differ(borderTopColor, around));
					})
					.map(({ outerHTML }) => outerHTML.slice(0, 80));
			});
			assert.deepEqual(invisible, [], `${state}, ${colorScheme}`);
			if (state === "signup-missing") await picture(page, `${state}-forced-${colorScheme}`);
		}
	}
	await page.goto(`${open.pages}/signup`);
	await page.fill("#password", strong);
	await page.waitForFunction(() => document.querySelector("#strength-bar").dataset.score === "4");
	await picture(page, "signup-strong-forced");
	const [first, track] = await page.evaluate(() => {
		const colorOf = (element) => getComputedStyle(element).backgroundColor;
		const first = colorOf(document.querySelector("#strength-bar span"));
		delete document.querySelector("#strength-bar").dataset.score;
		return [first, colorOf(document.querySelector("#strength-bar span"))];
	});
	assert.notEqual(first, track);
});

test("with reduced motion nothing moves by itself", async (t) => {
	const browser = await browsers.chromium();
	t.after(() => browser.close());
	const page = await window("chromium", browser, true, { reducedMotion: "reduce" });
	for (const [state, open] of Object.entries(states)) {
		await open(page, "");
		const moving = await page.evaluate(() =>
			[...document.querySelectorAll("*")]
				.filter((element) => {
					const { transitionDuration, animationName, scrollBehavior } = getComputedStyle(element);
					return /[1-9]/.test(transitionDuration) || animationName !== "none" || scrollBehavior !== "auto";
				})
				.map(({ outerHTML }) => outerHTML.slice(0, 80)),
		);
		assert.deepEqual(moving, [], state);
	}
});

for (const [name, launch] of Object.entries(browsers)) {
	for (const scripts of name === "chromium" ? [true, false] : [true]) {
		test(`somebody signs up by keyboard alone: ${name}${scripts ? "" : " without JavaScript"}`, async (t) => {
			const browser = await launch(scripts);
			t.after(() => browser.close());
			const page = await window(name, browser, scripts);
			await page.setViewportSize(sizes.phone);
			const press = (key) => page.keyboard.press(key);
			const focused = () =>
				page.evaluate(() => {
					const element = document.activeElement;
					const { outlineStyle, outlineWidth } = getComputedStyle(element);
					const box = element.getBoundingClientRect();
					return {
						at: element.id || element.textContent.trim(),
						seen: outlineStyle !== "none" && Number.parseFloat(outlineWidth) >= 2 && box.bottom > 0 && box.top < innerHeight,
					};
				});
			/** Goes on to the next element, which must be the one with an id or a text, and show that it has the focus. */
			const next = async (expected) => {
				await press("Tab");
				assert.deepEqual(await focused(), { at: expected, seen: true });
			};
			const type = (text) => page.keyboard.type(text);

			await page.goto(`${open.pages}/signup`);
			await next("email");
			await press("Enter");
			await page.waitForSelector("#error-summary");
			await until("focus on the summary", async () => (await focused()).at === "error-summary");
			await next("Enter your e-mail address.");
			await press("Enter");
			await until("focus in the form", async () => (await focused()).at === "email");
			await type(`keys-${name}-${scripts}@example.com`);
			await next("username");
			await type(`keys-${name}-${scripts}`);
			await next("password");
			await type(strong);
			if (scripts) {
				await next("show");
				await press(" ");
				assert.equal(await page.getAttribute("#password", "type"), "text");
			}
			await next("Sign up");
			await press("Enter");
			await page.waitForURL("**/signup/sent*");
			await next("Enter the code");

			await page.goto(linkIn(await smtp.mailTo(`keys-${name}-${scripts}@example.com`)));
			if (scripts) {
				await until("token in the form", () => page.inputValue("#token"));
			} else {
				await next("token");
				await type(linkIn(await smtp.mailTo(`keys-${name}-${scripts}@example.com`)).split("#")[1]);
			}
			await next("password");
			await type(strong);
			await press("Enter");
			await page.waitForURL("**/confirmed*");
			assert.equal((await open.verify(`keys-${name}-${scripts}`, strong)).status, "ok");
		});
	}
}
