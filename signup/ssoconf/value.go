package ssoconf

import (
	"slices"
	"strconv"
	"strings"

	"github.com/enrol-sso/enrol/signup/internal/visible"
	"github.com/enrol-sso/enrol/signup/ssoconf/configobj"
)

// configValue is the kind of value that a key has, and the field that it is
// read into.
type configValue interface {
	// read stores the value. The problem says why it cannot, and what to write
	// instead. The warning says what it changed. Either is empty if there is
	// none.
	read(v configobj.Value) (problem, warning string)
}

// flagValue is True or False, in any spelling that ConfigObj accepts.
type flagValue struct{ field *bool }

func (f flagValue) read(v configobj.Value) (problem, warning string) {
	word, problem := oneLine(v)
	if problem != "" {
		return problem, ""
	}
	switch strings.ToLower(word) {
	case "true", "yes", "on", "1":
		*f.field = true
	case "false", "no", "off", "0":
		*f.field = false
	default:
		return quoteValue(word) + " is neither true nor false: write True or False", ""
	}
	return "", ""
}

// numberValue is a whole number from min to max.
type numberValue struct {
	field    *int
	min, max int
}

func (n numberValue) read(v configobj.Value) (problem, warning string) {
	digits, problem := oneLine(v)
	if problem != "" {
		return problem, ""
	}
	value, err := strconv.Atoi(digits)
	if err != nil || value < n.min || value > n.max {
		return quoteValue(digits) + " is not a whole number from " + strconv.Itoa(n.min) + " to " + strconv.Itoa(n.max) +
			": write digits only", ""
	}
	*n.field = value
	return "", ""
}

// choiceValue is one of a few words.
type choiceValue struct {
	field *string
	words []string
}

func (c choiceValue) read(v configobj.Value) (problem, warning string) {
	word, problem := oneLine(v)
	if problem != "" {
		return problem, ""
	}
	if !slices.Contains(c.words, word) {
		return quoteValue(word) + " is not supported: write " + strings.Join(c.words, " or "), ""
	}
	*c.field = word
	return "", ""
}

// textValue is any text of one line, which may be empty.
type textValue struct{ field *string }

func (t textValue) read(v configobj.Value) (problem, warning string) {
	value, problem := oneLine(v)
	if problem == "" {
		*t.field = value
	}
	return problem, ""
}

// headerValue is the name of an HTTP header (RFC 9110, section 5.1), or empty.
type headerValue struct{ field *string }

func (h headerValue) read(v configobj.Value) (problem, warning string) {
	name, problem := oneLine(v)
	if problem != "" {
		return problem, ""
	}
	if strings.ContainsFunc(name, func(r rune) bool { return !isLetterOrDigit(r) && !strings.ContainsRune("!#$%&'*+-.^_`|~", r) }) {
		return quoteValue(name) + " is not the name of an HTTP header: write letters, digits and hyphens", ""
	}
	*h.field = name
	return "", ""
}

// serviceValue is the name or the URL of a service, or empty.
type serviceValue struct{ field *string }

func (s serviceValue) read(v configobj.Value) (problem, warning string) {
	name, problem := oneLine(v)
	if problem != "" {
		return problem, ""
	}
	if name != "" {
		if err := checkServiceName(name); err != nil {
			return err.Error(), ""
		}
	}
	*s.field = name
	return "", ""
}

// unusedValue is any value: the key matters only to the original.
type unusedValue struct{}

func (unusedValue) read(configobj.Value) (problem, warning string) { return "", "" }

// oneLine returns a value that is a single line of text, or a problem.
func oneLine(v configobj.Value) (line, problem string) {
	if v.List {
		return "", "this is a list, not one value: remove the commas, or put quotes around it"
	}
	if strings.Contains(v.Items[0], "\n") {
		return "", "the value has several lines: join them"
	}
	if strings.ContainsFunc(v.Items[0], visible.IsControl) {
		return "", holdsControl
	}
	return v.Items[0], ""
}

// holdsControl is the problem of a value with a control character.
const holdsControl = "there is a control or another invisible character: remove it"

// quoteValue returns a value as messages show it.
func quoteValue(value string) string { return strconv.Quote(visible.Clip(value, 64)) }
