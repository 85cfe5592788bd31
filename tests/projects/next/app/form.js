"use client";

import { useEffect } from "react";
import { signUp } from "./actions.js";

export function Form() {
	// Before React has the form, the browser would submit it.
	useEffect(() => {
		document.documentElement.dataset.ready = "";
	}, []);
	const submit = async (event) => {
		event.preventDefault();
		document.title = JSON.stringify(await signUp(Object.fromEntries(new FormData(event.target))));
	};
	return (
		<form onSubmit={submit}>
			<input name="username" />
			<input name="email" />
			<input name="password" type="password" />
			<button type="submit">Sign up</button>
		</form>
	);
}
