// browser-form: the page as it is built, served by hono-node-sqlite, in a
// Chromium without a window.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { installed } from "../stores/runtimes/installed.js";
import { at, folder, Server, textOf } from "./example.js";

const password = "vexing otter lamps 9";

/** What is used of puppeteer-core. */
interface Puppeteer {
  launch(options: object): Promise<Browser>;
}
interface Browser {
  newPage(): Promise<Page>;
  close(): Promise<void>;
}
interface Page {
  goto(url: string, options?: object): Promise<unknown>;
  type(selector: string, text: string): Promise<void>;
  click(selector: string): Promise<void>;
  focus(selector: string): Promise<void>;
  keyboard: { press(key: string): Promise<void>; type(text: string): Promise<void> };
  $eval<T>(selector: string, read: (element: HTMLInputElement) => T): Promise<T>;
  waitForFunction(condition: string): Promise<unknown>;
  evaluate<T>(expression: string): Promise<T>;
  setViewport(size: object): Promise<void>;
  setRequestInterception(on: boolean): Promise<void>;
  setExtraHTTPHeaders(headers: Record<string, string>): Promise<void>;
  emulateMediaFeatures(features: object[]): Promise<void>;
  screenshot(options: { path: string; fullPage: boolean }): Promise<unknown>;
  on(event: "request", listener: (request: Asked) => void): void;
  on(event: "pageerror" | "console", listener: (event: unknown) => void): void;
  close(): Promise<void>;
}
interface Asked {
  method(): string;
  url(): string;
  postData(): string | undefined;
  continue(): Promise<void>;
  abort(): Promise<void>;
}

const { launch } = (await import(installed.resolve("puppeteer-core"))) as Puppeteer;

const profile = folder();
let server: Server;
let browser: Browser;
let page: Page;
let posted: string[] = [];
let wrong: unknown[] = [];
let offline = false;

before(async () => {
  execFileSync("npm", ["--prefix", at("browser-form"), "--silent", "run", "build"], { stdio: "pipe" });
  server = await Server.start();
  const args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"];
  const executablePath = "/usr/bin/chromium";
  browser = await launch({
    executablePath,
    args: [...args, "--lang=en-US"],
    headless: true,
    userDataDir: profile.path,
  });
});

after(async () => {
  await browser?.close();
  await server?.stop();
  profile.remove();
});

beforeEach(async () => {
  posted = [];
  wrong = [];
  offline = false;
  page = await browser.newPage();
  page.on("pageerror", (error) => wrong.push(error));
  await page.setRequestInterception(true);
  page.on("request", (request) => {
    if (request.method() !== "POST") {
      request.continue();
      return;
    }
    posted.push(`${new URL(request.url()).pathname} ${request.postData()}`);
    offline ? request.abort() : request.continue();
  });
  await page.setViewport({ width: 480, height: 860 });
  await page.goto(server.url, { waitUntil: "networkidle0" });
});

afterEach(async () => {
  assert.deepEqual(wrong, []);
  await page.close();
});

const says = (id: string, text: string) =>
  page.waitForFunction(`document.getElementById(${JSON.stringify(id)}).textContent === ${JSON.stringify(text)}`);

/** Saves a screenshot if SCREENSHOTS names a folder. */
async function picture(name: string): Promise<void> {
  const { SCREENSHOTS } = process.env;
  if (SCREENSHOTS) {
    await page.screenshot({ path: `${SCREENSHOTS}/${name}.png`, fullPage: true });
  }
}

test("invalid input is reported while the user types and never sent; valid input is sent once", async () => {
  await picture("empty");
  await page.type("#username", "ada lovelace");
  await says("username-error", "The username must not contain spaces.");
  assert.equal(await page.$eval("#username-error", (element) => element.getAttribute("lang")), "en");
  await page.type("#email", "ada@example.com");
  await page.type("#password", "ada@example.com");
  await says("password-error", "This password cannot be used. Please choose another one.");
  await page.click("#submit");
  await page.waitForFunction("document.activeElement.id === 'username'");
  assert.deepEqual(posted, []);
  assert.equal(await page.$eval("#username", (input) => input.getAttribute("aria-invalid")), "true");
  assert.equal(await page.$eval("#email", (input) => input.getAttribute("aria-invalid")), "false");
  await picture("refused");

  await page.$eval("#username", (input) => input.select());
  await page.keyboard.type("ada");
  await says("username-error", "");
  await page.$eval("#password", (input) => input.select());
  await page.type("#password", password);
  await says("password-error", "");
  assert.deepEqual(posted, []);
  await page.evaluate("for (let i = 0; i < 3; i += 1) document.querySelector('#submit').click()");
  await page.waitForFunction("document.activeElement.id === 'done'");
  assert.equal(await page.$eval("#done-email", (element) => element.textContent), "ada@example.com");
  assert.deepEqual(posted, [`/api/signup ${JSON.stringify({ username: "ada", email: "ada@example.com", password })}`]);
  await picture("done");

  const token = await server.tokenFor("ada@example.com");
  assert(!(await page.evaluate<string>("document.documentElement.outerHTML")).includes(token));
  await page.goto(`${server.url}/confirm.html#${token}`);
  assert.equal(await page.evaluate("location.href"), `${server.url}/confirm.html`);
  assert.equal((await server.accountOf("ada")).signUpStatus, "before_confirmation");
  await picture("confirm");
  await page.type("#password", password);
  await page.click("button");
  await says("status", "Your account is confirmed.");
  await picture("confirmed");
  assert.equal((await server.accountOf("ada")).signUpStatus, "final");
});

test("it is filled in and sent with the keyboard alone, in the order of the page", async () => {
  await page.keyboard.press("Tab");
  await page.keyboard.type("bea");
  await page.keyboard.press("Tab");
  await page.keyboard.type("bea@example.com");
  await page.keyboard.press("Tab");
  await page.keyboard.type(password);
  await page.keyboard.press("Tab");
  await page.keyboard.press("Space");
  assert.equal(await page.$eval("#password", (input) => input.type), "text");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.waitForFunction("document.activeElement.id === 'done'");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await says("done-status", "It is on its way.");
  assert.deepEqual(
    posted.map((line) => line.split(" ")[0]),
    ["/api/signup", "/api/resend"],
  );
});

test("an empty form is not sent, and each field has an error", async () => {
  await page.click("#submit");
  await says("username-error", "This username cannot be used. Please choose another one.");
  await says("email-error", "Please enter your e-mail address.");
  await says("password-error", "The password is too short.");
  assert.deepEqual(posted, []);
});

test("each field has a label, and is described by its hint and its error", async () => {
  for (const name of ["username", "email", "password"]) {
    assert.equal(await page.evaluate(`document.getElementById("${name}").labels.length`), 1);
    const described = await page.$eval(`#${name}`, (input) => input.getAttribute("aria-describedby"));
    assert.equal(described, `${name}-hint ${name}-error`);
    for (const id of described?.split(" ") ?? []) {
      assert.equal(await page.evaluate(`document.querySelectorAll("#${id}").length`), 1);
    }
    assert.equal(await page.$eval(`#${name}-error`, (element) => element.getAttribute("aria-live")), "polite");
  }
});

test("a request to an unreachable server is repeated with the same key", async () => {
  await page.type("#username", "cleo");
  await page.type("#email", "cleo@example.com");
  await page.type("#password", password);
  offline = true;
  await page.click("#submit");
  await says("form-error", "The service is not available at the moment. Please try again shortly.");
  await picture("offline");
  offline = false;
  await page.click("#submit");
  await page.waitForFunction("document.activeElement.id === 'done'");
  assert.equal(posted.length, 3); // the client repeats a request without an answer, and so does the user
  assert.equal((await server.accountOf("cleo")).username, "cleo");
});

test("the page gets the rules without secrets, and the compressed module", async () => {
  const html = textOf("browser-form/dist/index.html");
  const script = /src="(\/assets\/index-[^"]+\.js)"/.exec(html)?.[1];
  const code = await (await fetch(server.url + script)).text();
  const rules = await (await fetch(`${server.url}/rules.conf`)).text();
  assert(!(code + rules + html).includes(server.key.slice(3)));
  const module = await page.evaluate<string>(
    "performance.getEntriesByType('resource').find(({ name }) => name.endsWith('.wasm')).name",
  );
  const { headers } = await fetch(module, { method: "HEAD", headers: { "accept-encoding": "br" } });
  assert.deepEqual([headers.get("content-encoding"), headers.get("content-type")], ["br", "application/wasm"]);
});
