// The engine of the routes and of the action, which Next.js bundles apart. Mails are printed.

import { createEnrol, memoryStore, newSecretKey } from "@enrol-sso/enrol";

const conf = {
	apps: "CRM",
	main: { emailService: "mail" },
	password: { expiry: 0 },
	signup: { isApprovalNeeded: false, emailWelcomeEnabled: false },
	enrol: { argon2Memory: 8192, argon2Iterations: 1, confirmRequiresPassword: true },
};

/** The one engine of this process. */
export function engine() {
	globalThis.engine ??= createEnrol({
		conf,
		secretKey: newSecretKey(),
		store: memoryStore(),
		audit: () => {},
		services: { mail: ({ data }) => console.log(`mail to ${data.to}: ${data.token};`) },
		strict: false,
	});
	return globalThis.engine;
}
