// npm create @enrol-sso: its mistakes, and its pages. tests/projects makes and starts each project.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { folder } from "./example.js";

const home = fileURLToPath(new URL("../../create/", import.meta.url));

test("no form puts a password into a URL", () => {
  const folder = join(home, "templates/shared/public");
  for (const name of readdirSync(folder).filter((name) => name.endsWith(".html"))) {
    const forms = readFileSync(join(folder, name), "utf8").match(/<form\b[^>]*>/g) ?? [];
    assert(forms.length > 0 && forms.every((form) => /\smethod="post"/.test(form)), `${name}: ${forms.join()}`);
  }
});

test("mistakes are explained, and nothing is overwritten", (t) => {
  const { path, remove } = folder();
  t.after(remove);
  mkdirSync(join(path, "full"));
  symlinkSync(path, join(path, "full", "file"));
  for (const [args, message] of [
    [["new", "--template", "rails"], /there is no template "rails"/],
    [["new", "--template", "toString"], /there is no template "toString"/],
    [["full", "--template", "hono"], /full is not empty/],
    [["--template", "hono"], /an argument is missing/],
    [["A b", "--template", "hono"], /must be letters, digits/],
    [["new", "--frob"], /--frob/],
  ] as const) {
    const options = { cwd: path, encoding: "utf8", stdio: "pipe" } as const;
    assert.throws(() => execFileSync(process.execPath, [join(home, "create.js"), ...args], options), {
      message,
    });
  }
});
