package page

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/enrol-sso/enrol/signup/ssoconf"
)

// clientRules are what the script of the page needs to check while a user types.
type clientRules struct {
	App      string            `json:"app"`
	Conf     string            `json:"conf"`     // an sso.conf with the public rules
	Codes    map[string]string `json:"codes"`    // texts for status codes
	Strength map[string]string `json:"strength"` // texts for the strength of a password
}

// showRules answers with the rules for the script. They are those that anybody can
// find out by trying, and never those about addresses, which may name people: the
// server checks these alone.
// There are none for an application that nobody can sign up to.
func (h *handler) showRules(v *visit) {
	config := h.engine.Config()
	if !slices.Contains(config.Apps.SignupAllowed, v.app) {
		v.fail(http.StatusNotFound)
		return
	}
	body, err := json.Marshal(clientRules{v.app, rulesConf(config, v.app), v.text.codes, v.text.strength})
	if err != nil {
		panic("page: the rules cannot be encoded") // they contain only strings
	}
	v.setHeaders()
	v.w.Header().Set("Content-Type", "application/json")
	v.w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	v.w.WriteHeader(http.StatusOK)
	v.w.Write(body) // an error means that the caller is gone
}

// rulesConf returns an sso.conf with the rules for what a user of an application
// types. It names no other application.
func rulesConf(c *ssoconf.Config, app string) string {
	var conf strings.Builder
	section := func(name string, settings ...any) {
		fmt.Fprintf(&conf, "[%s]\n", name)
		for i := 0; i < len(settings); i += 2 {
			value := settings[i+1]
			switch v := value.(type) {
			case string:
				value = listOf([]string{v})
			case []string:
				value = listOf(v)
			case bool:
				value = map[bool]string{true: "True", false: "False"}[v]
			}
			fmt.Fprintf(&conf, "%s=%v\n", settings[i], value)
		}
	}
	section("main", "site_name", c.Main.SiteName)
	section("apps", "all", app, "signup_allowed", app, "login_allowed", app, "default", app)
	section("password", "min_length", c.Password.MinLength, "max_length", c.Password.MaxLength,
		"min_complexity", c.Password.MinComplexity, "reject_list", c.Password.RejectList)
	section("signup", "max_length_username", c.Signup.MaxLengthUsername, "max_length_email", c.Signup.MaxLengthEmail,
		"password_allow_whitespace", c.Signup.PasswordAllowWhitespace, "is_email_required", c.Signup.IsEmailRequired)
	section("user_validation", "reject_username", c.UserValidation.RejectUsername, "reject_email", "")
	section("enrol", "block_common_passwords", c.Enrol.BlockCommonPasswords, "block_personal_passwords", c.Enrol.BlockPersonalPasswords,
		"username_characters", c.Enrol.UsernameCharacters, "username_min_length", c.Enrol.UsernameMinLength,
		"username_may_be_email", c.Enrol.UsernameMayBeEmail, "reject_match", c.Enrol.RejectMatch)
	return conf.String()
}

// listOf returns a list as a value. Entries with both kinds of quotes, which the
// format cannot hold, are left out.
func listOf(entries []string) string {
	var quoted []string
	for _, entry := range entries {
		switch {
		case entry == "":
		case !strings.Contains(entry, `"`):
			quoted = append(quoted, `"`+entry+`"`)
		case !strings.Contains(entry, `'`):
			quoted = append(quoted, `'`+entry+`'`)
		}
	}
	return strings.Join(quoted, ", ")
}
