// The rows of browsers, on IndexedDB: starts a browser without a window and has
// it open a page that is served here.
//
//	node tests/runtimes/browser.js chromium
//	node tests/runtimes/browser.js firefox
//	node tests/runtimes/browser.js chromium store    only the store's suite, whose cases it prints

import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { launch } from "puppeteer-core";
import { browsers } from "./browsers.js";
import { bundle } from "./bundle.js";
import { file } from "./files.js";
import { transcripts } from "./transcripts.js";

const options = browsers[process.argv[2]];
if (!options) {
	console.error(`browser: say one of ${Object.keys(browsers).join(", ")}`);
	process.exit(2);
}

const files = {
	"/": { type: "text/html; charset=utf-8", body: '<!doctype html><title>Enrol</title><script type="module" src="page.js"></script>' },
	"/page.js": { type: "text/javascript", body: await bundle("page.js", ["browser"]) },
	"/signup.wasm": { type: "application/wasm", body: readFileSync(fileURLToPath(import.meta.resolve("@enrol-sso/enrol/signup.wasm"))) },
	"/transcripts.json": { type: "application/json", body: JSON.stringify(transcripts()) },
};
const server = createServer((request, response) => {
	const found = files[request.url];
	response.writeHead(found ? 200 : 404, { "content-type": found?.type ?? "text/plain" });
	response.end(found?.body);
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));

const browser = await launch({ ...options, userDataDir: file("profile"), protocolTimeout: 600_000 });
try {
	const page = await browser.newPage();
	page.on("pageerror", (error) => console.error(error));
	page.on("console", (message) => console.log(message.text()));
	await page.goto(`http://127.0.0.1:${server.address().port}/#${process.argv[3] ?? ""}`);
	await page.waitForFunction("globalThis.row", { timeout: 600_000 });
	const row = await page.evaluate(() => globalThis.row);
	if (row.error) {
		throw new Error(row.error);
	}
	console.log(JSON.stringify({ ...row, runtime: (await browser.version()).replace("/", " ") }));
} finally {
	await browser.close();
	server.close();
}
