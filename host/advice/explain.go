package advice

import "github.com/enrol-sso/enrol/signup"

// Origin says where the value of a setting comes from.
type Origin string

// Origins. A default of the original is what the sso.conf says that Zato
// creates; all others are ours, those of [enrol] among them.
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

// Explain returns every setting in force, section by section. Keys without an
// effect are in it if the file has them, but for the old name of
// signup.is_email_required, which is where that one's value comes from.
func Explain(text string) ([]Explanation, error) {
	settings, err := signup.ParseSettings(text)
	if err != nil {
		return nil, err
	}
	var explained []Explanation
	for _, s := range settings {
		if s.Value == nil && (!s.Given() || s.Path() == "signup.email_required") {
			continue
		}
		if list, ok := s.Value.([]string); ok && list == nil {
			s.Value = []string{} // not null, as JSON
		}
		explained = append(explained, Explanation{s.Path(), s.Value, originOf(s), s.Line, s.Column, meanings[s.Path()]})
	}
	return explained, nil
}

// otherDefaults are keys of the original that are silent by default here, where
// its file says True.
var otherDefaults = map[string]bool{
	"login.inform_if_locked":             true,
	"login.inform_if_not_confirmed":      true,
	"login.inform_if_not_approved":       true,
	"password.inform_if_about_to_expire": true,
	"password.inform_if_must_be_changed": true,
}

func originOf(s signup.Setting) Origin {
	switch {
	case s.Given():
		return FromFile
	case s.Section == "enrol" || otherDefaults[s.Path()]:
		return FromEnrol
	}
	return FromOriginal
}
