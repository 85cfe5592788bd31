// Status codes: compared with the table that Enrol's HTTP front is compared with
// too, and with the answers of the module.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { en, fieldOf, httpStatusOf, reasonOf } from "@enrol-sso/enrol/messages";
import { confWith, start } from "../fixture.js";

const table = readFileSync(new URL("../../../../tests/codes.txt", import.meta.url), "utf8")
  .split("\n")
  .filter((line) => line !== "" && !line.startsWith("#"))
  .map((line) => line.split(/ +/));

const camel = (name: string) => name.replace(/_[a-z]/g, (letters) => letters.slice(1).toUpperCase());

test("the codes of this package are those of the table", () => {
  const known = Object.keys(en).filter((name) => /^[EW]\d{6}$/.test(name));
  assert.deepEqual(table.map(([code]) => code).sort(), known.sort());
});

test("the README lists them", () => {
  const script = fileURLToPath(new URL("../../scripts/codes.js", import.meta.url));
  const { status, stderr } = spawnSync(process.execPath, [script, "--check"], { encoding: "utf8" });
  assert.equal(stderr, "");
  assert.equal(status, 0);
});

test("each code has the field of the table, and its own word", () => {
  for (const [code = "", , , field = ""] of table) {
    assert.equal(fieldOf(code) ?? "-", camel(field), code);
    assert.match(reasonOf(code), /^[a-z]+(_[a-z]+)+$|^unavailable$/, code);
  }
  assert.equal(new Set(table.map(([code = ""]) => reasonOf(code))).size, table.length);
  for (const code of ["E777001", "E", "", "toString", "__proto__"]) {
    assert.equal(reasonOf(code), "other");
  }
});

test("each code has the public HTTP status of the table", () => {
  for (const [code = "", , status = ""] of table) {
    if (status !== "-") {
      assert.equal(httpStatusOf([code]), Number(status), code);
    }
  }
});

test("the first code with an HTTP status other than 422 decides", () => {
  assert.equal(httpStatusOf(["E001001", "E901001", "E901002"]), 429);
  assert.equal(httpStatusOf(["E001001", "E002001"]), 422);
  assert.equal(httpStatusOf(["E001002"]), 409);
  assert.equal(httpStatusOf(["E001001", "E005001"]), 400);
  assert.equal(httpStatusOf(["E777001", "toString", "__proto__"]), 422);
  assert.equal(httpStatusOf([]), 422);
});

test("codes of validation services go by their digits", () => {
  assert.equal(fieldOf("E003777"), "password");
  for (const code of ["E777001", "E", "", "toString", "__proto__"]) {
    assert.equal(fieldOf(code), undefined);
  }
});

test("codes of the module about an invalid field have that field", async () => {
  const { enrol } = await start();
  for (const [field, values] of [
    ["username", ["", "a b", "admin", "a".repeat(129)]],
    ["email", ["", "a b@example.com", "nobody", `${"a".repeat(128)}@example.com`]],
    ["password", ["", "short", "a".repeat(257), "my-password-111111"]],
    ["appList", [["Elsewhere"], ["CRM", "CRM"]]],
  ] as const) {
    for (const value of values) {
      const answer = await enrol.validate({ [field]: value });
      assert(!answer.ok, `${field} ${value}`);
      assert.deepEqual([...new Set(answer.subStatus.map(fieldOf))], [field]);
    }
  }
  await enrol.close();
});

test("validate rates passwords that it accepts, and those that it refuses", async () => {
  const { enrol } = await start({ conf: confWith().replace("min_complexity=0", "min_complexity=4") });
  const weak = await enrol.validate({ password: "drowssaP" });
  assert.deepEqual(
    [weak.ok, weak.strength],
    [false, { score: 0, warning: "like_common_password", suggestions: ["add_words", "reversing_helps_little"] }],
  );
  const strong = await enrol.validate({ password: "correct horse battery staple" });
  assert.deepEqual([strong.ok, strong.strength], [true, { score: 4, suggestions: [] }]);
  assert.equal((await enrol.validate({ username: "ada" })).strength, undefined);
  await enrol.close();
});
