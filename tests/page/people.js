// What people do on the pages, and the settings of the servers that they do it on.

export const strong = "tundra-kettle-orbit-plum";

/** Returns the sso.conf of a server, by its URL. more are lines of [enrol], which win. */
export const conf =
	(smtp, more = "", approval = false) =>
	(url) => `[main]
smtp_conn=smtp://${smtp.address}
site_name=Example
[apps]
all=CRM
signup_allowed=CRM
login_allowed=CRM
default=CRM
[password]
min_complexity=3
expiry=0
[signup]
is_approval_needed=${approval ? "True" : "False"}
email_confirm_from=hello@example.com
email_welcome_from=hello@example.com
[enrol]
public_url=${url}
argon2_memory=8192
argon2_iterations=1
confirm_requires_password=True
message_cooldown=0
message_daily_cap=0
${more}
`;

/** Enters and submits the form of sign-ups. */
export async function signUp(page, site, username, email, password = strong) {
	await page.goto(`${site.pages}/signup`);
	await page.fill("#email", email);
	await page.fill("#username", username);
	await page.fill("#password", password);
	await page.click("button[type=submit]");
}

/** Enters and submits the form that confirms. */
export async function confirm(page, site, token, password = strong) {
	await page.goto(`${site.pages}/confirm`);
	await page.fill("#token", token);
	await page.fill("#password", password);
	await page.click("button[type=submit]");
}

/** Enters and submits the form for another message. */
export async function resend(page, site, username, email) {
	await page.goto(`${site.pages}/resend`);
	await page.fill("#email", email);
	await page.fill("#username", username);
	await page.click("button[type=submit]");
}

/** What a page looks like: its HTML without what differs each time. */
export const likeness = async (page) => (await page.content()).replace(/nonce="[^"]*"/g, "");

export const linkIn = (mail) => mail.text.match(/http:\S+\/confirm#\S+/)[0];
export const tokenIn = (mail) => linkIn(mail).split("#")[1];
export const heading = (page) => page.textContent("h1");
