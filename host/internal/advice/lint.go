package advice

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/enrol-sso/enrol/signup"
	"github.com/enrol-sso/enrol/signup/ssoconf"
)

// Severity is how important a finding is.
type Severity string

// Severities.
const (
	High   Severity = "high"   // a requirement of a standard is not met
	Medium Severity = "medium" // a recommendation is not met, or settings contradict each other
	Low    Severity = "low"    // a setting has no effect, or the operator must decide
)

// Finding is one problem of an sso.conf.
type Finding struct {
	Severity Severity `json:"severity"`
	Rule     string   `json:"rule"`             // a stable name
	Key      string   `json:"key,omitempty"`    // section.name of the first setting to check
	Line     int      `json:"line,omitempty"`   // of its value, from 1, if the file has it
	Column   int      `json:"column,omitempty"` // likewise, in code points
	Message  string   `json:"message"`          // what is wrong, why it matters, what to do
	Clause   string   `json:"clause,omitempty"` // of the standard that requires it, if any
}

// Lint returns the problems of a valid sso.conf in the order of the file,
// starting with keys that the file lacks. They include the warnings of
// ssoconf.Parse, under the rule "check", unless a rule here reports the same.
//
// Some requirements of the standards always hold, whatever the configuration:
// lengths are counted in code points after normalisation, no password is
// truncated or changed in case, there are no composition rules except
// password_allow_whitespace, salts are random and at least 16 bytes long, and
// the secret key that seals hashes is stored apart from them.
func Lint(text string) ([]Finding, error) {
	config, warnings, err := ssoconf.Parse(text)
	if err != nil {
		return nil, err
	}
	settings, err := ssoconf.ParseSettings(text)
	if err != nil {
		return nil, err
	}
	l := &linter{text: text, config: config, engine: newEngine(config), order: settings, settings: map[string]ssoconf.Setting{}}
	for _, setting := range settings {
		l.settings[setting.Path()] = setting
	}
	for _, w := range warnings {
		if strings.HasPrefix(w.Message, "password.expiry is ") {
			continue // passwordExpiry reports it
		}
		l.findings = append(l.findings, Finding{Severity: Medium, Rule: "check", Line: w.Line, Column: w.Column, Message: w.Message})
	}
	for _, check := range []func(){
		l.passwordLength, l.passwordRules, l.passwordSamples, l.usernames, l.passwordExpiry, l.hashing, l.atRest,
		l.limits, l.lifetimes, l.cooldowns, l.telling, l.confirming, l.apps, l.messages,
		l.deadHashing, l.deadExpiry, l.deadMessages, l.deadKeywords, l.environment, l.unknownFields, l.decisions,
	} {
		check()
	}
	slices.SortStableFunc(l.findings, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return l.findings, nil
}

// linter is the state of one Lint.
type linter struct {
	text     string
	config   *ssoconf.Config
	engine   *signup.Engine
	order    []ssoconf.Setting
	settings map[string]ssoconf.Setting // by path
	findings []Finding
}

// finding is a rule's result. Its place is the place of the first of its keys
// that the file has.
type finding struct {
	severity Severity
	rule     string
	keys     []string
	clause   string
}

func about(keys ...string) []string { return keys }

func (l *linter) add(f finding, format string, args ...any) {
	found := Finding{Severity: f.severity, Rule: f.rule, Key: f.keys[0], Message: fmt.Sprintf(format, args...), Clause: f.clause}
	for _, key := range f.keys {
		if s := l.settings[key]; s.Given() {
			found.Line, found.Column = s.Line, s.Column
			break
		}
	}
	l.findings = append(l.findings, found)
}

func (l *linter) given(key string) bool { return l.settings[key].Given() }

// flag returns the value of a boolean key.
func (l *linter) flag(key string) bool {
	value, ok := l.settings[key].Value.(bool)
	if !ok {
		panic("advice: " + key + " is no flag")
	}
	return value
}

// Standards. ASVS is version 5.0.0 of OWASP's.
const (
	nistPasswords = "NIST SP 800-63B-4, 3.1.1.2"
	nistThrottle  = "NIST SP 800-63B-4, 3.2.2"
	zxcvbnScores  = "zxcvbn 4.4.2, scores"
	owaspStorage  = "OWASP Password Storage Cheat Sheet"
)

func asvs(requirement string) string { return "OWASP ASVS 5.0.0, " + requirement }
