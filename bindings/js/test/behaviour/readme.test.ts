// The first example of the README runs as it is written, and all of them pass the
// type check.

import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const home = fileURLToPath(new URL("../../", import.meta.url));

/** What an example may use without declaring it. */
const AMBIENT: Record<string, string> = {
  answer: "import('@enrol-sso/enrol').SignupResult",
  audit: "(event: object) => void",
  conf: "string",
  createEnrol: "typeof import('@enrol-sso/enrol').createEnrol",
  crm: "import('@enrol-sso/enrol').Service",
  env: "any",
  log: "(...values: unknown[]) => void",
  provider: "string",
  request: "Request",
  secretKey: "string",
  store: "import('@enrol-sso/enrol').Store",
};

test("every example of the README passes the type check", () => {
  const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");
  const examples = [...readme.matchAll(/^```js\n([\s\S]*?)^```$/gm)].map(([, text = ""]) => text);
  assert(examples.length >= 6, `there are ${examples.length}`);
  const folder = `${home}build/readme-examples/`;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const files = examples.map((example, i) => {
    const declared = (name: string) => new RegExp(`^(const|let) ${name}\\b|^import .*\\b${name}\\b`, "m").test(example);
    const ambient = Object.entries(AMBIENT)
      .filter(([name]) => !declared(name))
      .map(([name, type]) => `declare const ${name}: ${type};\n`);
    writeFileSync(`${folder}${i}.ts`, `${ambient.join("")}${example}\nexport {};\n`);
    return `${folder}${i}.ts`;
  });
  const others =
    'declare module "cloudflare:workers" { export const DurableObject: any; }\n' +
    'declare module "nodemailer";\ndeclare module "@aws-sdk/client-sesv2";\ndeclare module "vitest";\n';
  writeFileSync(`${folder}others.d.ts`, others);
  const options = "--ignoreConfig --noEmit --strict --noImplicitAny false --skipLibCheck --types node";
  const target = "--target es2023 --lib es2023,dom --module nodenext";
  const args = [...options.split(" "), ...target.split(" "), `${folder}others.d.ts`, ...files];
  const { stdout, status } = spawnSync(`${home}node_modules/.bin/tsc`, args, { encoding: "utf8", cwd: home });
  assert.equal(stdout, "");
  assert.equal(status, 0);
});

test("the first example of the README runs and logs in", () => {
  const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");
  const example = /^```js\n([\s\S]*?)^```$/m.exec(readme)?.[1] ?? "";
  const lines = example.split("\n").filter((line) => line.trim() !== "");
  assert(lines.length > 0 && lines.length <= 12, `it has ${lines.length} lines`);
  const file = fileURLToPath(new URL("../readme-example.js", import.meta.url));
  writeFileSync(file, example);
  const output = execFileSync(process.execPath, [file], { encoding: "utf8", timeout: 60_000 });
  assert.match(output, /username: 'ada'/);
  assert.match(output, /signUpStatus: 'final'/);
});

test("the example of a test passes", () => {
  const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");
  const section = readme.slice(readme.indexOf("\n## Testing\n"));
  const example = /^```js\n([\s\S]*?)^```$/m.exec(section)?.[1] ?? "";
  const vitest = 'import { expect, test } from "vitest";';
  assert(example.includes(vitest));
  const file = fileURLToPath(new URL("../readme-testing.js", import.meta.url));
  const parts =
    'import assert from "node:assert/strict";\nimport { test } from "node:test";\n' +
    "const expect = (value) => ({ toEqual: (wanted) => assert.deepEqual(value, wanted) });\n";
  writeFileSync(file, example.replace(vitest, parts));
  const env = { ...process.env, NODE_TEST_CONTEXT: "" };
  const output = execFileSync(process.execPath, ["--test-reporter=tap", file], {
    encoding: "utf8",
    timeout: 60_000,
    env,
  });
  assert.match(output, /^# pass 1$/m);
});
