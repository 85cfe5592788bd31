package signup

import (
	"slices"
	"strconv"
	"strings"

	"github.com/enrol-sso/enrol/signup/configobj"
)

// configValue is what kind of value a key has, and where it goes.
type configValue interface {
	// read takes the value over. The problem says what keeps it from doing
	// so, and what to write instead; the warning is what it took otherwise
	// than it was written. Either is empty if there is none.
	read(v configobj.Value) (problem, warning string)
}

// flagValue is True or False, in ConfigObj's spellings.
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
			": write one, in digits alone", ""
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

// unusedValue is anything: the key matters only to the original.
type unusedValue struct{}

func (unusedValue) read(configobj.Value) (problem, warning string) { return "", "" }

// oneLine returns a value that is a text of one line, or says why it is not.
func oneLine(v configobj.Value) (line, problem string) {
	if v.List {
		return "", "there is a list where one value belongs: remove its commas, or put quotes around it"
	}
	if strings.Contains(v.Items[0], "\n") {
		return "", "there are several lines where one belongs: join them"
	}
	return v.Items[0], ""
}

// quoteValue is a value as it appears in a message.
func quoteValue(value string) string { return strconv.Quote(clip(value, 64)) }
