// sharedEnrol: one engine for each name, however often the module that makes it is evaluated.

import assert from "node:assert/strict";
import { test } from "node:test";
import { type Enrol, sharedEnrol } from "@enrol-sso/enrol";
import { start } from "../fixture.js";

/** A function that makes engines, as a module has it each time that it is evaluated, and how often it did. */
function counted() {
  const made: Enrol[] = [];
  const make = async () => {
    const { enrol } = await start();
    made.push(enrol);
    return enrol;
  };
  return { made, make };
}

test("an engine is made by the first call, and is the same after that", async () => {
  const { made, make } = counted();
  const engine = sharedEnrol("first", make);
  assert.equal(made.length, 0);
  const [one, other] = await Promise.all([engine(), engine()]);
  assert.equal(one, other);
  assert.equal(made.length, 1);
  await one.close();
});

test("a module that is evaluated again gets the engine that was made before, by its name", async () => {
  const { made, make } = counted();
  const one = await sharedEnrol("evaluated twice", make)();
  assert.equal(await sharedEnrol("evaluated twice", make)(), one);
  const other = await sharedEnrol("another", make)();
  assert.deepEqual(made, [one, other]);
  await Promise.all(made.map((enrol) => enrol.close()));
});

test("another copy of the package shares it, as where a program is bundled in parts", async () => {
  const { made, make } = counted();
  const copy: { sharedEnrol: typeof sharedEnrol } = await import(
    `${new URL("../../dist/shared-enrol.js?copy", import.meta.url)}`
  );
  assert.notEqual(copy.sharedEnrol, sharedEnrol);
  const one = await sharedEnrol("bundled twice", make)();
  assert.equal(await copy.sharedEnrol("bundled twice", make)(), one);
  await Promise.all(made.map((enrol) => enrol.close()));
  assert.equal(made.length, 1);
});

test("after a failure, the next call tries again", async () => {
  const { made, make } = counted();
  let isDown = true;
  const engine = sharedEnrol("down", () => {
    if (isDown) {
      throw new Error("down");
    }
    return make();
  });
  await assert.rejects(engine(), { message: "down" });
  isDown = false;
  await (await engine()).close();
  assert.equal(made.length, 1);
});

test("invalid arguments are refused", () => {
  assert.throws(() => sharedEnrol("", counted().make), TypeError);
  assert.throws(() => sharedEnrol(counted().make as unknown as string, counted().make), TypeError);
  assert.throws(() => sharedEnrol("engine", undefined as never), TypeError);
});
