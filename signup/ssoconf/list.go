package ssoconf

import (
	"errors"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/enrol-sso/enrol/signup/internal/visible"
	"github.com/enrol-sso/enrol/signup/ssoconf/configobj"
)

// The most entries of each kind of list. maxServices bounds the calls of one
// sign-up.
const (
	maxTexts    = 100
	maxApps     = 1_000
	maxServices = 8
	maxKeywords = 10_000
)

// listEntries returns the entries of a list. A list is written with commas, or
// in triple quotes with one entry per line, where white space around entries
// and empty lines are ignored. A single text is a list of one entry, the empty
// text an empty list.
func listEntries(v configobj.Value) []string {
	if v.List {
		return v.Items
	}
	single := v.Items[0]
	if single == "" {
		return nil
	}
	if !strings.Contains(single, "\n") {
		return []string{single}
	}
	var list []string
	for line := range strings.SplitSeq(single, "\n") {
		if line = strings.TrimSpace(line); line != "" {
			list = append(list, line)
		}
	}
	return list
}

// eachEntry returns the entries of a list without repetitions. It returns a
// problem if there are more than most, or if an entry fails the check. A
// repeated entry is a warning, because the original starts with it.
func eachEntry(v configobj.Value, most int, check func(entry string) error) (list []string, problem, warning string) {
	written := listEntries(v)
	if problem = tooMany(written, most); problem != "" {
		return nil, problem, ""
	}
	seen := map[string]int{}
	for i, entry := range written {
		number := strconv.Itoa(i + 1)
		if strings.ContainsFunc(entry, visible.IsControl) {
			return nil, "entry " + number + ": " + holdsControl, ""
		}
		if err := check(entry); err != nil {
			return nil, "entry " + number + ": " + err.Error(), ""
		}
		if first, again := seen[entry]; again {
			if warning == "" {
				warning = "entry " + number + " is the same as entry " + strconv.Itoa(first) + " and has no effect: remove one of them"
			}
			continue
		}
		seen[entry] = i + 1
		list = append(list, entry)
	}
	return list, "", warning
}

func tooMany(list []string, most int) (problem string) {
	if len(list) > most {
		problem = "there are " + strconv.Itoa(len(list)) + " entries, more than " + strconv.Itoa(most) + ": remove some"
	}
	return problem
}

// textList is a list of texts.
type textList struct{ field *[]string }

func (t textList) read(v configobj.Value) (problem, warning string) {
	list, problem, warning := eachEntry(v, maxTexts, notEmpty)
	if problem == "" {
		*t.field = list
	}
	return problem, warning
}

func notEmpty(entry string) error {
	if entry == "" {
		return errors.New("is empty: remove it")
	}
	return nil
}

// appList is a list of names of applications.
type appList struct{ field *[]string }

func (a appList) read(v configobj.Value) (problem, warning string) {
	list, problem, warning := eachEntry(v, maxApps, checkAppName)
	if problem == "" {
		*a.field = list
	}
	return problem, warning
}

func checkAppName(name string) error {
	if utf8.RuneCountInString(name) > MaxAppName {
		return errors.New("is longer than the " + strconv.Itoa(MaxAppName) + " characters that a name may have: shorten it")
	}
	return notEmpty(name)
}

// serviceList is a list of names or URLs of services.
type serviceList struct{ field *[]string }

func (s serviceList) read(v configobj.Value) (problem, warning string) {
	list, problem, warning := eachEntry(v, maxServices, checkServiceName)
	if problem == "" {
		*s.field = list
	}
	return problem, warning
}

// MaxAppName is how many characters the name of an application may have.
const MaxAppName = 128
