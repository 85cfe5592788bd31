import { signUp } from "./sign-up.js";

export default {
	fetch: async () => new Response(await signUp()),
};
