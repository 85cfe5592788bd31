import { signUp } from "./sign-up.js";

signUp().then(
	(done) => {
		document.title = done;
	},
	(error) => {
		document.title = error.message;
	},
);
