// Real signups on a real store: one from signup to confirm, and a crowd that
// wants one name.

const CONF = `[main]
email_service=post
[password]
min_complexity=0
[apps]
signup_allowed=CRM
[signup]
is_approval_needed=False
callback_service_list=crm
inform_if_user_exists=True
[enrol]
argon2_memory=8192
argon2_iterations=1
`;

/** Milliseconds until what is due must be delivered. */
const PATIENCE = 20_000;

/** How many want one name at once. */
export const CROWD = 50;

/**
 * Signs up, dispatches and confirms.
 *
 * @param createEnrol that of the package, as this runtime resolves it
 * @param options     what it needs here in addition to a store
 * @param store       one that is empty
 */
export async function signUp(createEnrol, options, store) {
	const messages = [];
	let calls = 0;
	const post = ({ data }) => void messages.push(data.kind);
	const crm = () => void calls++;
	await withEnrol(createEnrol, { ...options, store, services: { post, crm } }, async (enrol) => {
		const claim = await enrol.signup(person("ada", "ada@example.com"));
		expect("signup", claim, claim.ok && claim.confirmToken.reveal().length === 32);
		expect("the redacted token", claim.confirmToken.toString(), !printed(claim).includes(claim.confirmToken.reveal()));
		for (const end = Date.now() + PATIENCE; calls === 0 || messages.length === 0; await pause()) {
			const delivered = await enrol.dispatch(); // one may run in the background, and have the due events
			expect("dispatch", delivered, delivered.ok && delivered.failed === 0 && Date.now() < end);
		}
		const confirmed = await enrol.confirm({ confirmToken: claim.confirmToken });
		expect("confirm", confirmed, confirmed.ok);
		const again = await enrol.confirm({ confirmToken: claim.confirmToken });
		expect("the second confirm", again, !again.ok && String(again.subStatus) === "E005007");
		const account = await enrol.get({ userId: confirmed.userId });
		expect("get", account, account.ok && account.user.username === "ada" && account.user.signUpStatus === "final");
		expect("callbacks", calls, calls === 1);
		expect("messages", messages, String(messages) === "confirm");
	});
}

/** Lets many sign up with one name; one of them gets it, the others are told that it is taken. */
export async function crowd(createEnrol, options, store) {
	const services = { post: () => {}, crm: () => {} };
	await withEnrol(createEnrol, { ...options, store, services }, async (enrol) => {
		const answers = await Promise.all(
			Array.from({ length: CROWD }, (_, i) => enrol.signup(person("ada", `ada${i}@example.com`))),
		);
		const won = answers.filter(({ ok }) => ok).length;
		const refused = answers.filter(({ ok, subStatus }) => !ok && String(subStatus) === "E001002").length;
		expect("winners", won, won === 1);
		expect("losers", refused, refused === CROWD - 1);
	});
}

async function withEnrol(createEnrol, options, run) {
	const enrol = await createEnrol({
		conf: CONF,
		secretKey: newKey(),
		audit: () => {},
		dispatchIntervalMs: 0,
		purgeIntervalMs: 0,
		...options,
	});
	try {
		await run(enrol);
	} finally {
		await enrol.close({ store: true });
	}
}

function pause() {
	return new Promise((resolve) => setTimeout(resolve, 10));
}

function person(username, email) {
	return { username, email, password: "correct horse battery", appList: ["CRM"] };
}

/** A secret key, as every host writes them. */
function newKey() {
	const bytes = crypto.getRandomValues(new Uint8Array(32));
	return `k1:${btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replace("=", "")}`;
}

function expect(what, got, holds) {
	if (!holds) {
		throw new Error(`${what}: got ${JSON.stringify(got)}`);
	}
}

/** An answer in each form in which this runtime prints or sends it. */
function printed(answer) {
	const { Bun, Deno } = globalThis;
	const clone = structuredClone(answer);
	const inspected = [answer, clone].flatMap((value) => [Bun?.inspect(value), Deno?.inspect(value, { showHidden: true })]);
	return [`${answer.confirmToken}`, JSON.stringify([answer, clone]), ...inspected].join();
}
