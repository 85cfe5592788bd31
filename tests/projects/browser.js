// A Chromium without a window, and folders that are served to it under a Content-Security-Policy.

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { browsers } from "../runtimes/browsers.js";

const installed = createRequire(new URL("../runtimes/package.json", import.meta.url));
const { launch } = await import(pathToFileURL(installed.resolve("puppeteer-core")).href);

const TYPES = { html: "text/html", js: "text/javascript", wasm: "application/wasm" };
const PAGE = '<!doctype html><script type="module" src="/main.js"></script>';

/** A browser whose pages put their result in their title. */
export class Browser {
	#browser;
	#profile = mkdtempSync(join(tmpdir(), "enrol-projects-"));

	async start() {
		const more = { userDataDir: this.#profile, protocolTimeout: 300_000 };
		this.#browser = await launch({ ...browsers.chromium, ...more });
	}

	async stop() {
		await this.#browser?.close();
		rmSync(this.#profile, { recursive: true, force: true });
	}

	/** Opens a page and returns the title that it gets. */
	async titleOf(url) {
		const page = await this.#browser.newPage();
		try {
			await page.goto(url);
			await page.waitForFunction("document.title", { timeout: 300_000 });
			return await page.title();
		} finally {
			await page.close();
		}
	}

	/**
	 * Fills a form of a page and submits it, once the root of the page has the attribute data-ready. Returns the title that
	 * the page gets, and what its scripts get in answer to each POST, as text.
	 */
	async submit(url, values) {
		const page = await this.#browser.newPage();
		try {
			await page.evaluateOnNewDocument(() => {
				const { fetch } = window;
				window.posted = [];
				window.fetch = async (input, init) => {
					const answer = await fetch(input, init);
					if (init?.method === "POST") {
						window.posted.push(answer.clone().text());
					}
					return answer;
				};
			});
			await page.goto(url);
			await page.waitForSelector("[data-ready]", { timeout: 300_000 });
			for (const [name, value] of Object.entries(values)) {
				await page.type(`[name=${name}]`, value);
			}
			await page.click("[type=submit]");
			await page.waitForFunction("document.title", { timeout: 300_000 });
			return { title: await page.title(), answers: await page.evaluate(() => Promise.all(window.posted)) };
		} finally {
			await page.close();
		}
	}

	/** Serves a folder under a policy and opens it. Returns the title, and which files were asked for. */
	async open(folder, policy) {
		const paths = [];
		const server = createServer((request, response) => {
			const path = new URL(request.url, "http://localhost").pathname;
			paths.push(path);
			response.setHeader("content-security-policy", policy);
			try {
				const body = readFileSync(join(folder, path === "/" ? "index.html" : path));
				response.setHeader("content-type", TYPES[path === "/" ? "html" : path.split(".").at(-1)] ?? "text/plain");
				response.end(body);
			} catch {
				response.writeHead(path === "/" ? 200 : 404, { "content-type": "text/html" });
				response.end(path === "/" ? PAGE : "");
			}
		});
		await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
		try {
			const title = await this.titleOf(`http://127.0.0.1:${server.address().port}/`);
			return { title, paths: paths.filter((path) => path !== "/favicon.ico") };
		} finally {
			server.close();
			server.closeAllConnections();
		}
	}
}
