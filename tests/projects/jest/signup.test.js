import { expect, test } from "@jest/globals";
import { signUp } from "./sign-up.js";

test("a user signs up", async () => {
	expect(await signUp()).toBe("signed up");
});
