//go:build differential

package configobj_test

// realFiles are what people have: a file as the original creates it, with all
// of its sections, one that was edited by hand, and one of every syntax.
var realFiles = []string{original, edited, everything}

const original = `[main]
encrypt_email=True
encrypt_password=True
email_service=
smtp_conn=
site_name=

[backend]
default=sql

[sql]
name=

[hash_secret]
rounds=120000
salt_size=64 # In bytes = 512 bits

[apps]
all=CRM
signup_allowed=
login_allowed=CRM
login_metadata_allowed=
http_header=X-Zato-SSO-Current-App
default=CRM
inform_if_app_invalid=True

[login]
reject_if_not_listed=False
inform_if_locked=True
inform_if_not_confirmed=True
inform_if_not_approved=True

[user_address_list]

[session]
expiry=60 # In minutes
expiry_hook= # Name of a service that will return expiry value each time it is needed

[password]
expiry=730 # In days, 365 days * 2 years = 730 days
inform_if_expired=False
min_length=8
max_length=256
min_complexity=0
min_complexity_algorithm=zxcvbn
reject_list = """
  111111
  123qwe
  1q2w3e4r5t
  zxcvbnm
"""

[signup]
inform_if_user_exists=False
email_required=True
max_length_username=128
password_allow_whitespace=True
callback_service_list=

email_confirm_from=confirm@example.com
email_confirm_cc=
email_confirm_template=sso-confirm.txt

[user_validation]
service=zato.sso.signup.validate
reject_username=zato, admin, root, system, sso
reject_email=zato, admin, root, system, sso

[search]
default_page_size=50
max_page_size=100
`

const edited = "\ufeff# Ours\r\n[apps]\r\n  all = CRM, 'Billing, old', \"HR\",  # three\r\n  signup_allowed = CRM,\r\n  default = ''\r\n" +
	"[signup]\r\n\temail_confirm_cc = a@example.com , b@example.com\r\n\tcallback_service_list = https://hooks.example.com/a?b=c, my.service # both\r\n" +
	"[password]\r\n\treject_list = '''\r\n\t\thunter2\r\n\t\tÜbung\r\n\t''' # ours\r\n[enrol]\r\nrate_signup = 20\r\n"

const everything = `top = level
[DEFAULT]
host = example.com
[a]
url = "https://%(host)s/x" # a comment
none =
empty = ""
list = a, "b, c", 'd', # e
[[b]]
one = only,
nothing = ,
'quoted key' = "it's"
[[[c]]]
deep = '''a "b" 'c' # d'''
text = """
several
lines""" # end
[[ "d" ]]
url = %(host)s/%(list_name)s
list_name = y
["e]"]
last = line`
