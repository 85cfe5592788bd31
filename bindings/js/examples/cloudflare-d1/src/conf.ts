// The configuration: what is not here has its default.

export const conf = `
[main]
email_service=mail
site_name=Example

[apps]
all=CRM
signup_allowed=CRM
login_allowed=CRM
default=CRM

[password]
min_length=12
min_complexity=3
expiry=0
reject_list=

[signup]
# What is wrong with a name or an address may be told. Whether they are taken is
# told by mail alone, so that nobody can find out who has an account.
inform_if_user_invalid=True
inform_if_email_invalid=True
is_approval_needed=False
email_confirm_from=hello@example.com
email_welcome_from=hello@example.com

[enrol]
block_common_passwords=True
confirm_requires_password=True
rate_signup=20
rate_confirm=60
rate_resend=20
`;
