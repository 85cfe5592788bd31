// What every project does. The driver copies this file into each of them, so that the package is
// the one that the project has installed.

import { createEnrol, memoryStore, newSecretKey } from "@enrol-sso/enrol";

const conf = `
[apps]
all=CRM
signup_allowed=CRM
[signup]
is_approval_needed=False
email_confirm_enabled=False
email_welcome_enabled=False
[password]
expiry=0
[enrol]
argon2_memory=8192
argon2_iterations=1
`;
const user = { username: "ada", password: "correct horse battery", email: "ada@example.com", appList: ["CRM"] };

/** Signs a user up and confirms the account. Returns "signed up", or throws. */
export async function signUp() {
	const enrol = await createEnrol({ conf, secretKey: newSecretKey(), store: memoryStore(), audit: () => {} });
	const answer = await enrol.signup(user);
	if (!answer.ok) {
		throw new Error(answer.subStatus.join());
	}
	const confirmed = await enrol.confirm({ confirmToken: answer.confirmToken });
	await enrol.close();
	return confirmed.ok ? "signed up" : confirmed.subStatus.join();
}

/** The same in Node; returns also which argon2 hashed the password. */
export async function signUpInNode() {
	const done = await signUp();
	process.report.excludeNetwork = true;
	const { sharedObjects } = process.report.getReport();
	return `${done} ${sharedObjects.some((path) => path.includes("argon2")) ? "with" : "without"} @node-rs/argon2`;
}
