package advice

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/enrol-sso/enrol/signup"
)

// Severity says how much a finding matters.
type Severity string

// Severities.
const (
	High   Severity = "high"   // a requirement of a standard is not met
	Medium Severity = "medium" // a recommendation is not met, or something contradicts itself
	Low    Severity = "low"    // something has no effect, or is to be decided by whoever runs the site
)

// Finding is one thing that should be otherwise in an sso.conf.
type Finding struct {
	Severity Severity `json:"severity"`
	Rule     string   `json:"rule"`             // a stable name
	Key      string   `json:"key,omitempty"`    // section.name of the setting to look at first
	Line     int      `json:"line,omitempty"`   // of its value, from 1, if the file has it
	Column   int      `json:"column,omitempty"` // likewise, in code points
	Message  string   `json:"message"`          // what it is, why it matters, what to do
	Clause   string   `json:"clause,omitempty"` // of the standard, if it is one that asks for it
}

// Lint returns what should be otherwise in an sso.conf that can be used, in the
// order of the file, what the file does not have first. The warnings of
// signup.ParseConfig are among it, under the rule "check".
//
// Some of what the standards ask for is not up to the configuration, so that
// there is nothing to find: lengths are counted in code points after
// normalisation, no password is cut off or changed in case, there are no rules
// of composition but password_allow_whitespace, salts are random and of at
// least 16 bytes, and the secret key that seals hashes is kept apart from them.
func Lint(text string) ([]Finding, error) {
	config, warnings, err := signup.ParseConfig(text)
	if err != nil {
		return nil, err
	}
	settings, err := signup.ParseSettings(text)
	if err != nil {
		return nil, err
	}
	l := &linter{config: config, order: settings, settings: map[string]signup.Setting{}}
	for _, setting := range settings {
		l.settings[setting.Path()] = setting
	}
	for _, w := range warnings {
		l.findings = append(l.findings, Finding{Severity: Medium, Rule: "check", Line: w.Line, Column: w.Column, Message: w.Message})
	}
	for _, look := range []func(){
		l.passwordLength, l.passwordRules, l.passwordExpiry, l.hashing, l.atRest,
		l.limits, l.lifetimes, l.cooldowns, l.telling, l.confirming, l.apps, l.messages,
		l.deadHashing, l.deadExpiry, l.deadMessages, l.deadKeywords, l.environment, l.unknownFields,
	} {
		look()
	}
	slices.SortStableFunc(l.findings, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return l.findings, nil
}

// linter is the state of one Lint.
type linter struct {
	config   *signup.Config
	order    []signup.Setting
	settings map[string]signup.Setting // by path
	findings []Finding
}

// finding is what a rule says of itself. The place is that of the first of its
// keys that the file has.
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

// flag is the value of a key that is True or False.
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
	owaspStorage  = "OWASP Password Storage Cheat Sheet"
)

func asvs(requirement string) string { return "OWASP ASVS 5.0.0, " + requirement }
