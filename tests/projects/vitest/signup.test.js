import { expect, test } from "vitest";
import { signUp } from "./sign-up.js";

test("a user signs up", async () => {
	expect(typeof document).toBe("object");
	expect(await signUp()).toBe("signed up");
});
