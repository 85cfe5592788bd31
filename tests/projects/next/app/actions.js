"use server";

import { engine } from "../lib/engine.js";

/** Gives the browser all that signup answers, which is a mistake. */
export async function signUp(user) {
	return (await engine()).signup(user);
}
