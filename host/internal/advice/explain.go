package advice

import (
	"strings"

	"github.com/enrol-sso/enrol/signup/ssoconf"
)

// Origin is where the value of a setting comes from.
type Origin string

// Origins. A default of the original is the value in the sso.conf that Zato
// creates, and for min_complexity the value in its code. All other defaults are
// Enrol's, including the defaults of [enrol].
const (
	FromFile     Origin = "file"
	FromOriginal Origin = "default of the original"
	FromEnrol    Origin = "default of Enrol"
)

// Explanation is a setting in force.
type Explanation struct {
	Key     string `json:"key"`   // section.name
	Value   any    `json:"value"` // a bool, an int, a string or a []string; nil if the key has no effect
	Origin  Origin `json:"origin"`
	Line    int    `json:"line,omitempty"`   // of the value, from 1, if it is from the file
	Column  int    `json:"column,omitempty"` // likewise, in code points
	Meaning string `json:"meaning"`          // one sentence
}

// Explain returns every setting in force, by section. Keys without an effect
// are included if the file has them, except the old name of
// signup.is_email_required, which is that setting's origin.
func Explain(text string) ([]Explanation, error) {
	settings, err := ssoconf.ParseSettings(text)
	if err != nil {
		return nil, err
	}
	var explained []Explanation
	for _, s := range settings {
		if s.Value == nil && (!s.Given() || s.Path() == "signup.email_required") {
			continue
		}
		if list, ok := s.Value.([]string); ok && list == nil {
			s.Value = []string{} // an empty list in JSON, not null
		}
		explained = append(explained, Explanation{s.Path(), s.Value, originOf(s), s.Line, s.Column, meaningOf(s)})
	}
	return explained, nil
}

// otherDefaults are keys that are False by default here, and True in the
// original's file.
var otherDefaults = map[string]bool{
	"login.inform_if_locked":             true,
	"login.inform_if_not_confirmed":      true,
	"login.inform_if_not_approved":       true,
	"password.inform_if_about_to_expire": true,
	"password.inform_if_must_be_changed": true,
}

func originOf(s ssoconf.Setting) Origin {
	switch {
	case s.Given():
		return FromFile
	case s.Section == "enrol" || isAboutPages(s) || otherDefaults[s.Path()]:
		return FromEnrol
	}
	return FromOriginal
}

// isAboutPages reports whether a setting is in [enrol_pages], or in a section
// inside it.
func isAboutPages(s ssoconf.Setting) bool {
	return s.Section == "enrol_pages" || strings.HasPrefix(s.Section, "enrol_pages.")
}
