package ssoconf

import (
	"fmt"
	"strings"
	"testing"
)

// referenceTable is the reference's table of keys: the default, in the unit of
// the reference, and the kind of value of each. Lists are in parentheses.
const referenceTable = `
main.encrypt_email                  | True                     | flag
main.encrypt_password               | True                     | flag
main.smtp_conn                      | empty                    | text
main.site_name                      | empty                    | text
main.email_service                  | empty                    | text
hash_secret.rounds                  | 120000                   | number
hash_secret.salt_size               | 64                       | number
apps.all                            | (CRM)                    | list
apps.signup_allowed                 | ()                       | list
apps.login_allowed                  | (CRM)                    | list
apps.default                        | CRM                      | text
apps.inform_if_app_invalid          | True                     | flag
apps.http_header                    | X-Zato-SSO-Current-App   | text
password.expiry                     | 730                      | number
password.min_length                 | 8                        | number
password.max_length                 | 256                      | number
password.min_complexity             | 4                        | number
password.min_complexity_algorithm   | zxcvbn                   | text
password.reject_list                | (111111 123123 123321 123456 123qwe 1q2w3e 1q2w3e4r 1q2w3e4r5t 222222 333333 444444 555555 654321 666666 777777 888888 999999 987654321 google letmein mynoob password qwerty zxcvbnm) | list
password.inform_if_invalid          | True                     | flag
signup.inform_if_user_exists        | False                    | flag
signup.inform_if_user_invalid       | False                    | flag
signup.inform_if_email_exists       | False                    | flag
signup.inform_if_email_invalid      | False                    | flag
signup.max_length_username          | 128                      | number
signup.max_length_email             | 128                      | number
signup.password_allow_whitespace    | True                     | flag
signup.always_return_confirm_token  | True                     | flag
signup.is_email_required            | True                     | flag
signup.is_approval_needed           | True                     | flag
signup.callback_service_list        | ()                       | list
signup.email_confirm_enabled        | True                     | flag
signup.email_confirm_from           | confirm@example.com      | text
signup.email_confirm_cc             | ()                       | list
signup.email_confirm_bcc            | ()                       | list
signup.email_confirm_template       | sso-confirm.txt          | text
signup.email_welcome_enabled        | True                     | flag
signup.email_welcome_from           | welcome@example.com      | text
signup.email_welcome_cc             | ()                       | list
signup.email_welcome_bcc            | ()                       | list
signup.email_welcome_template       | sso-welcome.txt          | text
user_validation.service             | (zato.sso.signup.validate) | list
user_validation.reject_username     | (zato admin root system sso) | list
user_validation.reject_email        | (zato admin root system sso) | list
`

// referenceRow is a line of the table.
type referenceRow struct{ path, byDefault, kind string }

func referenceRows(t *testing.T) []referenceRow {
	t.Helper()
	var rows []referenceRow
	for line := range strings.Lines(strings.TrimSpace(referenceTable)) {
		cells := strings.Split(line, "|")
		if len(cells) != 3 {
			t.Fatalf("the line %q has %d cells", line, len(cells))
		}
		rows = append(rows, referenceRow{strings.TrimSpace(cells[0]), strings.TrimSpace(cells[1]), strings.TrimSpace(cells[2])})
	}
	return rows
}

// asInTable returns a value as the table writes it.
func asInTable(value any) (text, kind string) {
	switch v := value.(type) {
	case bool:
		if v {
			return "True", "flag"
		}
		return "False", "flag"
	case int:
		return fmt.Sprint(v), "number"
	case []string:
		return "(" + strings.Join(v, " ") + ")", "list"
	case string:
		if v == "" {
			return "empty", "text"
		}
		return v, "text"
	}
	return fmt.Sprint(value), "?"
}

func settingsByPath(t *testing.T, text string) map[string]Setting {
	t.Helper()
	settings, err := ParseSettings(text)
	if err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	found := map[string]Setting{}
	for _, s := range settings {
		found[s.Path()] = s
	}
	return found
}

func TestDefaultsMatchTheReference(t *testing.T) {
	found := settingsByPath(t, "")
	rows := referenceRows(t)
	for _, row := range rows {
		setting, there := found[row.path]
		if text, kind := asInTable(setting.Value); !there || text != row.byDefault || kind != row.kind {
			t.Errorf("%s is a %s, %s by default; the reference says a %s, %s", row.path, kind, text, row.kind, row.byDefault)
		}
		delete(found, row.path)
	}
	// The keys that are left are our own, or elsewhere in the reference.
	for path, s := range found {
		known := s.Section == "enrol" || s.Section == pagesSection || s.Section == "login" || s.Value == nil ||
			strings.HasPrefix(path, "password.inform_if_") || path == "password.about_to_expire_threshold" || path == "password.log_in_if_about_to_expire"
		if !known {
			t.Errorf("%s is not in the reference's table", path)
		}
	}
}

// A default may be written out, as the table writes it.
func TestDefaultsMayBeWrittenOut(t *testing.T) {
	for _, row := range referenceRows(t) {
		section, name, _ := strings.Cut(row.path, ".")
		written := []string{row.byDefault}
		switch {
		case row.byDefault == "empty":
			written = []string{"", `""`, "''"}
		case row.byDefault == "()":
			written = []string{"", `""`, ",", "'''\n'''", "'''\n \n\n'''"}
		case row.byDefault == "True":
			written = []string{"True", "true", "TRUE", "yes", "Yes", "on", "1", `"True"`}
		case row.byDefault == "False":
			written = []string{"False", "false", "FALSE", "no", "No", "off", "0", "'False'"}
		case row.kind == "list":
			words := strings.Fields(strings.Trim(row.byDefault, "()"))
			written = []string{
				strings.Join(words, ", "), strings.Join(words, ",") + ",", `"` + strings.Join(words, `" , "`) + `"`,
				"'''\n  " + strings.Join(words, "\n  ") + "\n'''", `"""` + strings.Join(words, "\n\n") + "\n" + `"""`,
			}
		}
		for _, value := range written {
			text := "[" + section + "]\n" + name + " = " + value + " # a comment\n"
			setting := settingsByPath(t, text)[row.path]
			if got, _ := asInTable(setting.Value); got != row.byDefault || !setting.Given() {
				t.Errorf("%s = %s: it is %s, want %s", row.path, value, got, row.byDefault)
			}
		}
	}
}
