package ssoconf

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
)

// boundsTable has every number of an sso.conf with its smallest and largest
// value, in the unit of the reference.
const boundsTable = `
hash_secret.rounds                  1000 10000000
hash_secret.salt_size               16   1024
password.expiry                     0    36500
password.min_length                 0    1024
password.max_length                 1    1024
password.min_complexity             0    4
password.about_to_expire_threshold  0    36500
signup.max_length_username          1    256
signup.max_length_email             1    254
enrol.argon2_memory                 8192 1048576
enrol.argon2_iterations             1    100
enrol.argon2_parallelism            1    16
enrol.confirm_within                1    525600
enrol.buckets                       1    64
enrol.idempotency_hours             1    720
enrol.rate_signup                   0    1000000
enrol.rate_confirm                  0    1000000
enrol.rate_resend                   0    1000000
enrol.rate_verify                   0    1000000
enrol.verify_slow_after             0    100
enrol.verify_stop_after             0    1000
enrol.message_daily_cap             0    10000
enrol.message_cooldown              0    86400
enrol.resend_cooldown               0    86400
enrol.username_min_length           1    64
`

func TestNumbersHaveTheBoundsOfTheTable(t *testing.T) {
	left := map[string]bool{}
	for path, setting := range settingsByPath(t, "") {
		if _, number := setting.Default.(int); number {
			left[path] = true
		}
	}
	for line := range strings.Lines(strings.TrimSpace(boundsTable)) {
		cells := strings.Fields(line)
		path := cells[0]
		section, name, _ := strings.Cut(path, ".")
		least, most := atoi(t, cells[1]), atoi(t, cells[2])
		for n, ok := range map[int]bool{least - 1: false, least: true, most: true, most + 1: false} {
			text := fmt.Sprintf("[%s]\n%s = %d\n", section, name, n)
			switch path { // the two are checked against each other
			case "password.min_length":
				text += "max_length = 1024\n"
			case "password.max_length":
				text += "min_length = 1\n"
			}
			settings, err := ParseSettings(text)
			bounds := fmt.Sprintf("is not a whole number from %d to %d", least, most)
			if ok && err != nil || !ok && (err == nil || !strings.Contains(err.Error(), bounds)) {
				t.Errorf("%s = %d: %v", path, n, err)
			}
			for _, s := range settings {
				if s.Path() == path && s.Value != n {
					t.Errorf("%s = %d: it is %v", path, n, s.Value)
				}
			}
		}
		delete(left, path)
	}
	for path := range left {
		t.Errorf("%s is not in the table", path)
	}
}

func atoi(t *testing.T, digits string) int {
	t.Helper()
	n, err := strconv.Atoi(digits)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// ownTable has the defaults of the keys that are not in the reference's table:
// our own, and those that only verify uses.
const ownTable = `
apps.login_metadata_allowed        | <nil>
signup.email_required              | <nil>
password.inform_if_expired         | False
password.inform_if_about_to_expire | False
password.inform_if_must_be_changed | False
password.about_to_expire_threshold | 30
password.log_in_if_about_to_expire | True
login.inform_if_locked             | False
login.inform_if_not_confirmed      | False
login.inform_if_not_approved       | False
enrol.password_hash                | argon2id
enrol.argon2_memory                | 19456
enrol.argon2_iterations            | 2
enrol.argon2_parallelism           | 1
enrol.confirm_within               | 1440
enrol.buckets                      | 1
enrol.idempotency_hours            | 24
enrol.confirm_requires_password    | False
enrol.block_common_passwords       | False
enrol.block_personal_passwords     | True
enrol.username_characters          | identifier
enrol.username_min_length          | 2
enrol.username_may_be_email        | False
enrol.rate_signup                  | 0
enrol.rate_confirm                 | 0
enrol.rate_resend                  | 0
enrol.rate_verify                  | 0
enrol.verify_slow_after            | 10
enrol.verify_stop_after            | 100
enrol.bind_apps                    | False
enrol.message_daily_cap            | 20
enrol.message_cooldown             | 5
enrol.resend_cooldown              | 60
enrol.unknown_fields               | refuse
enrol.reject_match                 | substring
enrol.public_url                   | empty
enrol.language                     | en
enrol.mail_templates               | empty
enrol.smtp_password_file           | empty
enrol.dkim_domain                  | empty
enrol.dkim_selector                | empty
enrol.dkim_key_file                | empty
enrol.public_origins               | ()
enrol.plain_http_hosts             | ()
enrol.page_templates               | empty
enrol_pages.name                   | empty
enrol_pages.logo                   | empty
enrol_pages.color                  | empty
enrol_pages.terms                  | empty
enrol_pages.privacy                | empty
enrol_pages.stylesheet             | empty
enrol_pages.after_confirm          | ()
`

// Every key is in exactly one of the two tables.
func TestDefaultsOutsideTheReference(t *testing.T) {
	found := settingsByPath(t, "")
	for _, row := range referenceRows(t) {
		delete(found, row.path)
	}
	for line := range strings.Lines(strings.TrimSpace(ownTable)) {
		path, want, _ := strings.Cut(strings.TrimSpace(line), "|")
		path, want = strings.TrimSpace(path), strings.TrimSpace(want)
		setting, there := found[path]
		if got, _ := asInTable(setting.Value); !there || got != want {
			t.Errorf("%s is %s by default, the table says %s", path, got, want)
		}
		delete(found, path)
	}
	for path := range found {
		t.Errorf("%s is in no table", path)
	}
}

func TestChoicesAcceptOnlyTheirWords(t *testing.T) {
	for path, words := range map[string][]string{
		"password.min_complexity_algorithm": {"zxcvbn"},
		"enrol.password_hash":               {"argon2id", "pbkdf2-sha512"},
		"enrol.reject_match":                {"substring", "label"},
		"enrol.unknown_fields":              {"refuse", "ignore"},
		"enrol.language":                    {"en", "de", "es", "fr", "ja", "pl", "pt-BR"},
		"enrol.username_characters":         {"identifier", "precis"},
	} {
		section, name, _ := strings.Cut(path, ".")
		for _, word := range words {
			if got := settingsByPath(t, "["+section+"]\n"+name+" = "+word)[path].Value; got != word {
				t.Errorf("%s = %s: it is %v", path, word, got)
			}
		}
		for _, other := range []string{"other", "", strings.ToUpper(words[0])} {
			_, err := ParseSettings("[" + section + "]\n" + name + " = " + other)
			if want := path + `: "` + other + `" is not supported: write ` + strings.Join(words, " or "); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s = %s: %v, want %s", path, other, err, want)
			}
		}
	}
}
