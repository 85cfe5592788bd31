package advice

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

// perfect is a file in which lint finds nothing.
var perfect = strings.NewReplacer("@example.com", "@example.org", "email_service=", "email_service=https://mail.example.org/", "DECIDE: ", "").Replace(Recommended())

// sending is what has mails sent through a mail server.
const sending = "main.email_service=|main.smtp_conn=smtp://a.example|enrol.public_url=https://a.example|"

// with sets keys of the perfect file: "section.name=value".
func with(t *testing.T, changes ...string) string {
	t.Helper()
	text := perfect
	for _, change := range changes {
		path, value, _ := strings.Cut(change, "=")
		section, name, _ := strings.Cut(path, ".")
		before, rest, found := strings.Cut(text, "["+section+"]\n")
		if !found {
			before, rest = text, ""
		}
		own, after, _ := strings.Cut(rest, "\n[")
		var lines []string
		for _, line := range strings.Split(own, "\n") {
			if !strings.HasPrefix(line, name+"=") {
				lines = append(lines, line)
			}
		}
		if value != "-" {
			lines = append(lines, name+"="+value)
		}
		text = before + "[" + section + "]\n" + strings.Join(lines, "\n") + "\n"
		if after != "" {
			text += "[" + after
		}
	}
	return text
}

func TestEveryLintRuleReportsItsFinding(t *testing.T) {
	const nist = "NIST SP 800-63B-4, 3.1.1.2"
	for _, test := range []struct{ changes, want string }{ // want: severity rule key, and what the clause has
		{"password.min_length=7", "high min-length password.min_length " + nist + "; OWASP ASVS 5.0.0, 6.2.1"},
		{"password.min_length=14", "high min-length password.min_length " + nist},
		{"password.max_length=63", "medium max-length password.max_length OWASP ASVS 5.0.0, 6.2.9"},
		{"signup.password_allow_whitespace=False", "high composition signup.password_allow_whitespace OWASP ASVS 5.0.0, 6.2.5"},
		{"enrol.block_common_passwords=False", "high block-list enrol.block_common_passwords OWASP ASVS 5.0.0, 6.2.4"},
		{"enrol.block_personal_passwords=False", "high personal enrol.block_personal_passwords OWASP ASVS 5.0.0, 6.2.11"},
		{"enrol.block_personal_passwords=-", ""},
		{"enrol.username_characters=precis", "medium username-bait enrol.username_characters OWASP ASVS 5.0.0, 2.2.1|low no-effect enrol.username_min_length "},
		{"enrol.username_characters=-|enrol.username_min_length=-", ""},
		{"password.min_complexity=2", "medium complexity password.min_complexity " + nist},
		{"password.min_complexity=0", "medium complexity password.min_complexity zxcvbn|high weak-samples password.min_complexity OWASP ASVS 5.0.0, 6.2.4"},
		{"password.min_complexity=4", ""},
		{"password.min_complexity=-", ""},
		{"password.reject_list=acme", "medium substrings password.reject_list " + nist},
		{"password.reject_list=-", "medium substrings password.reject_list " + nist},
		{"password.inform_if_invalid=False", "high reason password.inform_if_invalid " + nist},
		{"password.expiry=730", "high expiry password.expiry OWASP ASVS 5.0.0, 6.2.10"},
		{"password.expiry=-", "high expiry password.expiry " + nist},
		{"enrol.argon2_memory=19455", "high argon2 enrol.argon2_memory OWASP Password Storage Cheat Sheet; OWASP ASVS 5.0.0, 11.4.2"},
		{"enrol.argon2_iterations=1", "high argon2 enrol.argon2_memory OWASP"},
		{"enrol.argon2_memory=47104|enrol.argon2_iterations=1", ""},
		{"enrol.argon2_memory=12288|enrol.argon2_iterations=3", ""},
		{"enrol.argon2_memory=9216|enrol.argon2_iterations=4", ""},
		{"enrol.argon2_memory=8192|enrol.argon2_iterations=5", ""},
		{"enrol.argon2_memory=8192|enrol.argon2_iterations=4", "high argon2 enrol.argon2_memory "},
		{"main.encrypt_password=False", "medium seal-password main.encrypt_password peppering"},
		{"main.encrypt_email=False", "medium seal-email main.encrypt_email "},
		{"enrol.rate_signup=0", "medium rate-limit enrol.rate_signup OWASP ASVS 5.0.0, 2.4.1"},
		{"enrol.rate_confirm=0", "medium rate-limit enrol.rate_confirm OWASP ASVS 5.0.0, 6.3.1"},
		{"enrol.rate_resend=-", "medium rate-limit enrol.rate_resend OWASP ASVS 5.0.0, 2.4.1"},
		{"enrol.rate_verify=0", "medium rate-limit enrol.rate_verify NIST SP 800-63B-4, 3.2.2; OWASP ASVS 5.0.0, 6.3.1"},
		{"enrol.verify_stop_after=0", "high guess-limit enrol.verify_stop_after NIST SP 800-63B-4, 3.2.2; OWASP ASVS 5.0.0, 6.3.1"},
		{"enrol.verify_stop_after=101", "high guess-limit enrol.verify_stop_after NIST SP 800-63B-4, 3.2.2; OWASP ASVS 5.0.0, 6.3.1"},
		{"enrol.verify_stop_after=-", ""},
		{"enrol.verify_slow_after=0", "low guess-limit enrol.verify_slow_after NIST SP 800-63B-4, 3.2.2"},
		{"enrol.bind_apps=False", ""},
		{"apps.all=CRM, HR|apps.signup_allowed=CRM, HR|apps.login_allowed=CRM, HR|enrol.bind_apps=-", "medium bind-apps enrol.bind_apps "},
		{"enrol.message_daily_cap=0", "medium message-limit enrol.message_daily_cap "},
		{"enrol.message_cooldown=0", "low message-limit enrol.message_cooldown "},
		{"enrol.resend_cooldown=0", "low message-limit enrol.resend_cooldown "},
		{"enrol.confirm_within=1441", "medium token-lifetime enrol.confirm_within OWASP ASVS 5.0.0, 6.4.1"},
		{"enrol.unknown_fields=ignore", "low unknown-fields enrol.unknown_fields "},
		{"signup.inform_if_email_exists=True", "medium tells-email signup.inform_if_email_exists OWASP ASVS 5.0.0, 6.3.8"},
		{"signup.inform_if_user_exists=True", "low tells-user signup.inform_if_user_exists OWASP ASVS 5.0.0, 6.3.8"},
		{"signup.always_return_confirm_token=False", "medium tells-by-refusal signup.always_return_confirm_token OWASP ASVS 5.0.0, 6.3.8"},
		{"signup.inform_if_user_exists=True|signup.inform_if_email_exists=True", "medium tells-email signup.inform_if_email_exists |low tells-user signup.inform_if_user_exists |low no-effect signup.always_return_confirm_token "},
		{"enrol.confirm_requires_password=False", "medium confirm-password enrol.confirm_requires_password "},
		{"enrol.confirm_requires_password=-", "medium confirm-password enrol.confirm_requires_password "},
		{"signup.is_email_required=False", "low no-address signup.is_email_required "},
		{"signup.email_confirm_enabled=False|signup.email_confirm_from=-|enrol.resend_cooldown=-", "low own-mail signup.email_confirm_enabled "},
		{"enrol.confirm_within=2|enrol.resend_cooldown=119|enrol.message_cooldown=119", ""},
		{"enrol.confirm_within=2|enrol.resend_cooldown=120", "medium cooldown enrol.resend_cooldown "},
		{"enrol.confirm_within=2|enrol.message_cooldown=120", "medium cooldown enrol.message_cooldown "},
		{"enrol.confirm_within=1|enrol.resend_cooldown=-", "medium cooldown enrol.resend_cooldown "},
		{"apps.all=CRM, HR|apps.login_allowed=CRM, HR|apps.default=HR", "medium default-app apps.default "},
		{"apps.all=CRM, HR|apps.signup_allowed=CRM, HR|apps.default=HR", "low default-app apps.default |low no-login apps.login_allowed "},
		{"apps.all=CRM, HR", "low unused-app apps.all "},
		{"apps.http_header=Authorization", "medium app-header apps.http_header "},
		{"apps.http_header=X-App", ""},
		{"apps.http_header=", ""},
		{"apps.signup_allowed=", "medium check  "},
		{"signup.is_approval_needed=-", "medium check  "},
		{"apps.login_allowed=", "medium check  |low default-app apps.default |low no-login apps.login_allowed "},
		{"main.site_name=$SITE", "medium environment main.site_name "},
		{"main.site_name=$$SITE", ""},
		{"signup.email_confirm_from=confirm@Example.com", "low example-sender signup.email_confirm_from "},
		{"signup.email_welcome_from=-", "low example-sender signup.email_welcome_from "},
		{"signup.email_confirm_bcc=a@b.c", "medium token-copies signup.email_confirm_bcc "},
		{"enrol.plain_http_hosts=callbacks", "medium plain-http enrol.plain_http_hosts OWASP ASVS 5.0.0, 12.3.1"},
		{"signup.email_confirm_cc=a@b.c", "medium token-copies signup.email_confirm_cc "},
		{"signup.is_approval_needed=True|signup.email_welcome_enabled=False|signup.email_welcome_from=-", "low approval-untold signup.is_approval_needed "},
		{"signup.frob=1", "medium check  "},

		{"hash_secret.rounds=250000", "low no-effect hash_secret.rounds "},
		{"hash_secret.salt_size=64", "low no-effect hash_secret.salt_size "},
		{"enrol.password_hash=pbkdf2-sha512|hash_secret.rounds=210000", "low pbkdf2 enrol.password_hash OWASP|low no-effect enrol.argon2_memory |low no-effect enrol.argon2_iterations |low no-effect enrol.argon2_parallelism "},
		{"enrol.password_hash=pbkdf2-sha512|hash_secret.rounds=209999|enrol.argon2_memory=-|enrol.argon2_iterations=-|enrol.argon2_parallelism=-",
			"low pbkdf2 enrol.password_hash OWASP|high pbkdf2-rounds hash_secret.rounds OWASP Password Storage Cheat Sheet; OWASP ASVS 5.0.0, 11.4.2"},
		{"password.about_to_expire_threshold=30", "low no-effect password.about_to_expire_threshold "},
		{"password.inform_if_expired=True", "low no-effect password.inform_if_expired "},
		{"password.expiry=30|password.about_to_expire_threshold=30", "high expiry password.expiry |medium threshold password.about_to_expire_threshold "},
		{"password.expiry=30|password.about_to_expire_threshold=0|password.log_in_if_about_to_expire=False|password.inform_if_about_to_expire=True|password.inform_if_expired=True",
			"high expiry password.expiry |low no-effect password.log_in_if_about_to_expire |low no-effect password.inform_if_about_to_expire "},
		{"password.min_complexity_algorithm=zxcvbn", ""},
		{"password.min_complexity=0|password.min_complexity_algorithm=zxcvbn", "high weak-samples password.min_complexity |medium complexity password.min_complexity |low no-effect password.min_complexity_algorithm "},
		{"login.inform_if_not_approved=True", "low no-effect login.inform_if_not_approved "},
		{"signup.email_welcome_enabled=False", "low no-effect signup.email_welcome_from "},
		{"signup.email_confirm_enabled=False|signup.email_confirm_template=x",
			"low own-mail signup.email_confirm_enabled |low no-effect signup.email_confirm_from |low no-effect signup.email_confirm_template |low no-effect enrol.resend_cooldown "},
		{"signup.email_confirm_enabled=False|signup.email_confirm_from=-|signup.email_welcome_enabled=False|signup.email_welcome_from=-|enrol.resend_cooldown=-",
			"low own-mail signup.email_confirm_enabled |low no-effect main.email_service |low no-effect enrol.message_daily_cap |low no-effect enrol.message_cooldown "},
		{"main.smtp_conn=x", "low no-effect main.smtp_conn "},
		{"main.smtp_conn=smtp://a.example|enrol.mail_templates=x", "low no-effect main.smtp_conn |low no-effect enrol.mail_templates "},
		{"main.email_service=|main.smtp_conn=smtp://a.example|enrol.mail_templates=x|enrol.public_url=https://a.example", ""},
		{sending + "enrol.dkim_domain=Example.org", ""},
		{sending + "enrol.dkim_domain=example.org|signup.email_confirm_from=Us <us@Mail.Example.org>", ""},
		{sending + "enrol.dkim_domain=example.org|signup.email_confirm_from=us@badexample.org", "medium dkim-domain enrol.dkim_domain "},
		{sending + "enrol.dkim_domain=mail.example.org|signup.email_confirm_from=us@mail.example.org", "medium dkim-domain enrol.dkim_domain "},
		{sending + "enrol.dkim_domain=xn--bcher-kva.example|signup.email_confirm_from=us@bücher.example|signup.email_welcome_from=us@bücher.example", ""},
		{"main.email_service=|main.smtp_conn=x|enrol.mail_templates=x|enrol.dkim_domain=a.example", "low no-effect enrol.mail_templates |low no-effect enrol.dkim_domain "},
		{"user_validation.reject_username=zato, zatopek", "low no-effect user_validation.reject_username "},
		{"user_validation.reject_username=zato, Zato, zato", "low no-effect user_validation.reject_username |low no-effect user_validation.reject_username "},
		{"user_validation.reject_username=zato, zatopek|enrol.reject_match=label", ""},
		{"user_validation.reject_username=zato, ZATO|enrol.reject_match=label", "low no-effect user_validation.reject_username "},
		{"user_validation.reject_username=|enrol.reject_match=label", "low no-effect enrol.reject_match "},
		{"user_validation.reject_username=|user_validation.reject_email=zato|enrol.reject_match=label", ""},
		{"user_validation.reject_username=a b", "low no-effect user_validation.reject_username "},
		{"user_validation.reject_username=a@b", "low no-effect user_validation.reject_username "},
		{"user_validation.reject_email=@x.example, .x.example, a@x.example", ""},
		{"user_validation.reject_email=@x.example, @X.example", "low no-effect user_validation.reject_email "},
		{"user_validation.reject_email=@example, a@b", ""},
		{"user_validation.reject_email=@|enrol.reject_match=label", "medium check  "},
		{"user_validation.reject_email=*@x.example", "medium check  "},
		{"signup.max_length_username=5|user_validation.reject_username=sys, admins", "low no-effect user_validation.reject_username "},
		{"password.reject_list=" + strings.Repeat("x", 257), "medium substrings password.reject_list |low no-effect password.reject_list "},
	} {
		text := with(t, strings.Split(test.changes, "|")...)
		var want []string
		if test.want != "" {
			want = strings.Split(test.want, "|")
		}
		checkFindings(t, test.changes, lint(t, text), want)
	}
}

func checkFindings(t *testing.T, what string, findings []Finding, want []string) {
	t.Helper()
	var got []string
	for _, f := range findings {
		got = append(got, fmt.Sprintf("%s %s %s %s", f.Severity, f.Rule, f.Key, f.Clause))
		if f.Key != "" && !strings.Contains(f.Message, f.Key) || f.Message == "" {
			t.Errorf("%s: the message is %q", what, f.Message)
		}
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.EqualFunc(got, want, func(got, want string) bool {
		fields := strings.SplitN(want, " ", 4)
		return strings.HasPrefix(got, strings.Join(fields[:3], " ")+" ") && strings.Contains(got, fields[3])
	}) {
		t.Errorf("%s: found\n\t%s\nwant\n\t%s", what, strings.Join(got, "\n\t"), strings.Join(want, "\n\t"))
	}
}

// Passwords that a file accepts are tried and named.
func TestWeakPasswordsThatPassAreNamed(t *testing.T) {
	for _, test := range []struct {
		changes string
		named   []string // none if there is no finding
	}{
		{"password.min_length=8", nil},
		{"password.min_length=14", nil},
		{"password.min_length=64", nil},
		{"password.min_length=200|password.max_length=256", nil},
		{"password.min_complexity=0|password.min_length=8", []string{`"aaaaaaaa"`, `"        "`, `"abcdefghijklmnopqrstuvwxyz"`}},
		{"password.min_complexity=0|password.min_length=15", []string{`"aaaaaaaaaaaaaaa"`, `"               "`}},
		{"password.min_complexity=0|enrol.block_personal_passwords=False", []string{`"maximilian.musterfrau"`, `"maximilian.musterfrau@example.org"`, "more"}},
	} {
		var message string
		for _, f := range lint(t, with(t, strings.Split(test.changes, "|")...)) {
			if f.Rule == "weak-samples" {
				message = f.Message
			}
		}
		if (message == "") != (test.named == nil) {
			t.Errorf("%s: lint says %q", test.changes, message)
		}
		for _, name := range test.named {
			if !strings.Contains(message, name) {
				t.Errorf("%s: lint says %q, without %s", test.changes, message, name)
			}
		}
	}
}

func TestFindingsHaveTheirPlaces(t *testing.T) {
	findings := lint(t, "[password]\n  min_length =  8\n[enrol]\nconfirm_within = 9999\n[apps]\nsignup_allowed=CRM\nfrob=1")
	places := map[string]string{}
	for _, f := range findings {
		places[f.Rule] = fmt.Sprintf("%d:%d", f.Line, f.Column)
	}
	for rule, want := range map[string]string{"min-length": "2:17", "token-lifetime": "4:18", "expiry": "0:0", "check": "7:1"} {
		if places[rule] != want {
			t.Errorf("%s is at %s, want %s", rule, places[rule], want)
		}
	}
	if !slices.IsSortedFunc(findings, func(a, b Finding) int { return a.Line - b.Line }) {
		t.Error("the findings are not in the order of the file")
	}
}

func TestFindingsAreTheSameEachTime(t *testing.T) {
	const text = "[main]\nsite_name=$A\nsmtp_conn=$B\n[signup]\nemail_confirm_from=$C"
	first := lint(t, text)
	for range 20 {
		if !slices.Equal(lint(t, text), first) {
			t.Fatal("the findings changed")
		}
	}
}

// The original's own file has many problems by the standards.
func TestDefaultsOfTheOriginalAreFound(t *testing.T) {
	rules := map[string]bool{}
	for _, f := range lint(t, "") {
		rules[f.Rule] = true
	}
	want := []string{"block-list", "check", "confirm-password", "example-sender", "expiry", "min-length", "rate-limit", "substrings"}
	if got := slices.Sorted(maps.Keys(rules)); !slices.Equal(got, want) {
		t.Errorf("the rules are %q, want %q", got, want)
	}
}

func TestBadFilesAreNotLinted(t *testing.T) {
	for _, text := range []string{"[password]\nmin_length=x", "a"} {
		if _, err := Lint(text); err == nil {
			t.Errorf("%q is linted", text)
		}
		if _, err := Explain(text); err == nil {
			t.Errorf("%q is explained", text)
		}
	}
}
