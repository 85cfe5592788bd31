package ssoconf

import (
	"errors"
	"reflect"
	"strings"
	"testing"
)

// parseConfig parses a text that must have no errors.
func parseConfig(t *testing.T, text string) (*Config, []Notice) {
	t.Helper()
	config, warnings, err := Parse(text)
	if err != nil {
		t.Fatalf("Parse refused\n%s\n%v", text, err)
	}
	return config, warnings
}

// configErrors parses a text that must have errors, and returns them.
func configErrors(t *testing.T, text string) []Notice {
	t.Helper()
	config, _, err := Parse(text)
	var all *Error
	if !errors.As(err, &all) {
		t.Fatalf("Parse(%q) returned %v, which is not an *Error", text, err)
	}
	if config != nil {
		t.Errorf("Parse(%q) returned a configuration with its error", text)
	}
	return all.Notices
}

func TestEmptyConfigIsAllDefaults(t *testing.T) {
	rejected := []string{"zato", "admin", "root", "system", "sso"}
	want := &Config{
		Main:       Main{EncryptEmail: true, EncryptPassword: true},
		HashSecret: HashSecret{Rounds: 120000, SaltSize: 64},
		Apps: Apps{
			All:                []string{"CRM"},
			LoginAllowed:       []string{"CRM"},
			Default:            "CRM",
			InformIfAppInvalid: true,
			HTTPHeader:         "X-Zato-SSO-Current-App",
		},
		Password: Password{
			Expiry:                 730,
			MinLength:              8,
			MaxLength:              256,
			MinComplexity:          4,
			MinComplexityAlgorithm: "zxcvbn",
			RejectList: strings.Fields(`111111 123123 123321 123456 123qwe 1q2w3e 1q2w3e4r 1q2w3e4r5t 222222 333333 444444 555555
				654321 666666 777777 888888 999999 987654321 google letmein mynoob password qwerty zxcvbnm`),
			InformIfInvalid:        true,
			AboutToExpireThreshold: 30,
			LogInIfAboutToExpire:   true,
		},
		Signup: Signup{
			MaxLengthUsername:        128,
			MaxLengthEmail:           128,
			PasswordAllowWhitespace:  true,
			AlwaysReturnConfirmToken: true,
			IsEmailRequired:          true,
			IsApprovalNeeded:         true,
			Confirm:                  Mail{Enabled: true, From: "confirm@example.com", Template: "sso-confirm.txt"},
			Welcome:                  Mail{Enabled: true, From: "welcome@example.com", Template: "sso-welcome.txt"},
		},
		UserValidation: UserValidation{
			Service:        []string{"zato.sso.signup.validate"},
			RejectUsername: rejected,
			RejectEmail:    rejected,
		},
		Enrol: Enrol{
			RejectMatch:       "substring",
			PasswordHash:      "argon2id",
			Argon2Memory:      19456,
			Argon2Iterations:  2,
			Argon2Parallelism: 1,
			ConfirmWithin:     1440,
			IdempotencyHours:  24,
			ResendCooldown:    60,
			VerifySlowAfter:   10,
			VerifyStopAfter:   100,
			MessageDailyCap:   20,
			MessageCooldown:   5,
			Buckets:           1,
			UnknownFields:     "refuse",
			Language:          "en",

			BlockPersonalPasswords: true,
			UsernameCharacters:     "identifier",
			UsernameMinLength:      2,
		},
	}
	if got := len(want.Password.RejectList); got != 24 {
		t.Errorf("the reject list has %d entries, want 24", got)
	}
	for _, text := range []string{"", "# nothing\n", "[main]\n[hash_secret]\n[apps]\n[password]\n[signup]\n[user_validation]\n[enrol]\n"} {
		if got, _ := parseConfig(t, text); !reflect.DeepEqual(got, want) {
			t.Errorf("Parse(%q) is\n%+v\nwant\n%+v", text, got, want)
		}
	}
}

func TestConfigsDoNotShareDefaults(t *testing.T) {
	one, _ := parseConfig(t, "")
	one.Apps.All[0] = "changed"
	one.Password.RejectList[0] = "changed"
	if other, _ := parseConfig(t, ""); other.Apps.All[0] != "CRM" || other.Password.RejectList[0] != "111111" {
		t.Error("a change to one configuration shows in the next")
	}
}

// everyKey sets each key to a value that is not its default.
const everyKey = `
[main]
encrypt_email=False
encrypt_password=no
smtp_conn=my.smtp
site_name="Ours, and yours" # a text, not a list
email_service=https://mail.example.com/hand-over

[hash_secret]
rounds=250000 # a comment
salt_size=32

[apps]
all=CRM, HR, Wiki
signup_allowed=HR, CRM
login_allowed=HR, Wiki
login_metadata_allowed=CRM
default=HR
inform_if_app_invalid=off
http_header=X-App

[password]
expiry=0 # never
min_length=12
max_length=64
min_complexity=3
min_complexity_algorithm=zxcvbn
reject_list = """
  Hunter2
  tr0ub4dor, &3
"""
inform_if_invalid=0
inform_if_expired=True
inform_if_about_to_expire=yes
inform_if_must_be_changed=on
about_to_expire_threshold=14
log_in_if_about_to_expire=False

[signup]
inform_if_user_exists=1
inform_if_user_invalid=TRUE
inform_if_email_exists=Yes
inform_if_email_invalid=ON
max_length_username=256
max_length_email=254
password_allow_whitespace=FALSE
always_return_confirm_token=False
is_email_required=False
email_required=False
is_approval_needed=False
callback_service_list=crm.on-signup, http://127.0.0.1:8080/on-signup
email_confirm_enabled=False
email_confirm_from=a@example.com
email_confirm_cc=b@example.com
email_confirm_bcc=c@example.com, d@example.com
email_confirm_template=e.txt
email_welcome_enabled=False
email_welcome_from=f@example.com
email_welcome_cc=g@example.com
email_welcome_bcc=h@example.com,
email_welcome_template=i.txt

[user_validation]
service=my.check, zato.sso.user.validate
reject_username=Support
reject_email=

[login]
inform_if_locked=True
inform_if_not_confirmed=True
inform_if_not_approved=True

[enrol]
reject_match=label
password_hash=pbkdf2-sha512
argon2_memory=65536
argon2_iterations=3
argon2_parallelism=4
confirm_within=60
idempotency_hours=48
resend_cooldown=30
message_daily_cap=5
message_cooldown=6
rate_signup=1
rate_confirm=2
rate_resend=3
rate_verify=4
verify_slow_after=7
verify_stop_after=70
bind_apps=1
confirm_requires_password=on
buckets=16
block_common_passwords=True
block_personal_passwords=False
username_characters=precis
username_min_length=3
username_may_be_email=True
unknown_fields=ignore
public_url=https://join.example.com
language=pt-BR
mail_templates=mails
smtp_password_file=smtp.key
dkim_domain=example.com
dkim_selector=mail2026
dkim_key_file=dkim.key
public_origins=https://app.example.com, https://shop.example.com
plain_http_hosts=callbacks.internal, 10.1.2.3
page_templates=pages

[enrol_pages]
name=Ours
logo=logo.svg
color=0a7c3f
terms=https://example.com/terms
privacy=https://example.com/privacy
stylesheet=ours.css
after_confirm=https://hr.example.com/
[[CRM]]
name="Ours, for customers"
after_confirm=https://crm.example.com/, https://crm.example.com/tour
`

func TestEveryKeyIsReadIntoItsField(t *testing.T) {
	got, warnings := parseConfig(t, everyKey)
	want := &Config{
		Main:       Main{SMTPConn: "my.smtp", SiteName: "Ours, and yours", EmailService: "https://mail.example.com/hand-over"},
		HashSecret: HashSecret{Rounds: 250000, SaltSize: 32},
		Apps: Apps{
			All:           []string{"CRM", "HR", "Wiki"},
			SignupAllowed: []string{"HR", "CRM"},
			LoginAllowed:  []string{"HR", "Wiki"},
			Default:       "HR",
			HTTPHeader:    "X-App",
		},
		Password: Password{
			MinLength:              12,
			MaxLength:              64,
			MinComplexity:          3,
			MinComplexityAlgorithm: "zxcvbn",
			RejectList:             []string{"Hunter2", "tr0ub4dor, &3"},
			InformIfExpired:        true,
			InformIfAboutToExpire:  true,
			InformIfMustBeChanged:  true,
			AboutToExpireThreshold: 14,
		},
		Signup: Signup{
			InformIfUserExists:   true,
			InformIfUserInvalid:  true,
			InformIfEmailExists:  true,
			InformIfEmailInvalid: true,
			MaxLengthUsername:    256,
			MaxLengthEmail:       254,
			CallbackServiceList:  []string{"crm.on-signup", "http://127.0.0.1:8080/on-signup"},
			Confirm: Mail{
				From: "a@example.com", Cc: []string{"b@example.com"}, Bcc: []string{"c@example.com", "d@example.com"}, Template: "e.txt",
			},
			Welcome: Mail{
				From: "f@example.com", Cc: []string{"g@example.com"}, Bcc: []string{"h@example.com"}, Template: "i.txt",
			},
		},
		UserValidation: UserValidation{
			Service:        []string{"my.check", "zato.sso.user.validate"},
			RejectUsername: []string{"Support"},
		},
		Login: Login{InformIfLocked: true, InformIfNotConfirmed: true, InformIfNotApproved: true},
		Enrol: Enrol{
			RejectMatch:       "label",
			PasswordHash:      "pbkdf2-sha512",
			Argon2Memory:      65536,
			Argon2Iterations:  3,
			Argon2Parallelism: 4,
			ConfirmWithin:     60,
			IdempotencyHours:  48,
			ResendCooldown:    30,
			MessageDailyCap:   5,
			MessageCooldown:   6,
			RateSignup:        1,
			RateConfirm:       2,
			RateResend:        3,
			RateVerify:        4,
			VerifySlowAfter:   7,
			VerifyStopAfter:   70,
			BindApps:          true,

			ConfirmRequiresPassword: true,
			BlockCommonPasswords:    true,
			UnknownFields:           "ignore",
			PublicURL:               "https://join.example.com",
			Language:                "pt-BR",
			MailTemplates:           "mails",
			SMTPPasswordFile:        "smtp.key",
			DKIMDomain:              "example.com",
			DKIMSelector:            "mail2026",
			DKIMKeyFile:             "dkim.key",
			PublicOrigins:           []string{"https://app.example.com", "https://shop.example.com"},
			PlainHTTPHosts:          []string{"callbacks.internal", "10.1.2.3"},
			PageTemplates:           "pages",
			Buckets:                 16,
			UsernameCharacters:      "precis",
			UsernameMinLength:       3,
			UsernameMayBeEmail:      true,
		},
	}
	want.Pages.Page = Page{
		Name: "Ours", Logo: "logo.svg", Color: "0a7c3f", Stylesheet: "ours.css",
		Terms: "https://example.com/terms", Privacy: "https://example.com/privacy", After: []string{"https://hr.example.com/"},
	}
	crm := want.Pages.Page
	crm.Name, crm.After = "Ours, for customers", []string{"https://crm.example.com/", "https://crm.example.com/tour"}
	want.Pages.Apps = []AppPage{{"CRM", &crm}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got\n%+v\nwant\n%+v", got, want)
	}
	if got.Pages.Of("CRM").Name != crm.Name || got.Pages.Of("HR").Name != "Ours" {
		t.Errorf("the pages are named %q and %q", got.Pages.Of("CRM").Name, got.Pages.Of("HR").Name)
	}
	if len(warnings) > 0 {
		t.Errorf("there are warnings: %v", warnings)
	}
	reader := newReader()
	reader.readFile(reader.parse(everyKey))
	for _, key := range newReader().keys {
		if _, given := reader.given[key.path()]; !given {
			t.Errorf("%s is not given here", key.path())
		}
	}
}

func TestOtherSectionsOfTheOriginalHaveNoEffect(t *testing.T) {
	config, warnings := parseConfig(t, `
[backend]
default=sql
[sql]
name=
[login]
reject_if_not_listed=neither
[session]
expiry=60 # In minutes
[password_reset]
valid_for=1440
[[templates]]
a=b
[user_address_list]
[search]
max_page_size=100
[apps]
signup_allowed=CRM
[main]
smtp_conn=mail
[password]
expiry=0
[signup]
is_approval_needed=True
`)
	if len(warnings) > 0 {
		t.Errorf("there are warnings: %v", warnings)
	}
	if !config.Main.EncryptEmail {
		t.Error("a default is gone")
	}
}

func TestOldNameOfIsEmailRequired(t *testing.T) {
	for _, test := range []struct {
		keys     string
		required bool
		warning  string
	}{
		{"email_required=False", false, ""},
		{"email_required=True", true, ""},
		{"is_email_required=False", false, ""},
		{"email_required=True\nis_email_required=True", true, ""},
		{"email_required=False\nis_email_required=True", true, "line 6, column 16: signup.email_required is the old name of is_email_required, which has another value here: remove the old name, it has no effect"},
		{"is_email_required=False\nemail_required=True", false, "line 7, column 16: signup.email_required is the old name of is_email_required, which has another value here: remove the old name, it has no effect"},
	} {
		config, warnings := parseConfig(t, "[apps]\nsignup_allowed=CRM\n[main]\nsmtp_conn=mail\n[signup]\n"+test.keys+"\nis_approval_needed=False\n[password]\nexpiry=0")
		if config.Signup.IsEmailRequired != test.required {
			t.Errorf("%q: is_email_required is %t", test.keys, config.Signup.IsEmailRequired)
		}
		var got string
		for _, warning := range warnings {
			got += warning.String()
		}
		if got != test.warning {
			t.Errorf("%q: the warning is %q, want %q", test.keys, got, test.warning)
		}
	}
}
