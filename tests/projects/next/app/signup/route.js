import { signUpInNode } from "../../sign-up.js";

export async function POST() {
	return new Response(await signUpInNode());
}
