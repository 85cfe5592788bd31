package signup

import (
	"errors"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/enrol-sso/enrol/signup/configobj"
)

// The most entries that lists have. That of services bounds the calls that one
// signup makes.
const (
	maxTexts    = 100
	maxApps     = 1_000
	maxServices = 8
	maxKeywords = 10_000
)

// listEntries returns what a list holds. It may be written with commas, or in
// triple quotes, one entry a line, where white space around an entry and empty
// lines mean nothing. A single text is a list of one, the empty text an empty
// list.
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

// eachEntry returns the entries of a list, which all pass a check, are not
// repeated, and are no more than most, or says why it cannot.
func eachEntry(v configobj.Value, most int, check func(entry string) error) (list []string, problem string) {
	list = listEntries(v)
	if problem = tooMany(list, most); problem != "" {
		return nil, problem
	}
	seen := map[string]int{}
	for i, entry := range list {
		number := strconv.Itoa(i + 1)
		if err := check(entry); err != nil {
			return nil, "entry " + number + ": " + err.Error()
		}
		if first, again := seen[entry]; again {
			return nil, "entry " + number + " is the same as entry " + strconv.Itoa(first) + ": remove one of them"
		}
		seen[entry] = i + 1
	}
	return list, ""
}

func tooMany(list []string, most int) (problem string) {
	if len(list) > most {
		problem = "there are " + strconv.Itoa(len(list)) + " entries, of at most " + strconv.Itoa(most) + ": remove some"
	}
	return problem
}

// textList is a list of texts.
type textList struct{ field *[]string }

func (t textList) read(v configobj.Value) (problem, warning string) {
	list, problem := eachEntry(v, maxTexts, notEmpty)
	if problem == "" {
		*t.field = list
	}
	return problem, ""
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
	list, problem := eachEntry(v, maxApps, checkAppName)
	if problem == "" {
		*a.field = list
	}
	return problem, ""
}

func checkAppName(name string) error {
	if utf8.RuneCountInString(name) > maxAppName {
		return errors.New("is longer than the " + strconv.Itoa(maxAppName) + " characters that a name may have: shorten it")
	}
	return notEmpty(name)
}

// serviceList is a list of names or URLs of services.
type serviceList struct{ field *[]string }

func (s serviceList) read(v configobj.Value) (problem, warning string) {
	list, problem := eachEntry(v, maxServices, checkServiceName)
	if problem == "" {
		*s.field = list
	}
	return problem, ""
}

// keywordList is a list of texts that are refused wherever they occur, so that
// an empty one, which occurs everywhere, cannot be meant. As in the original,
// white space around them does not count.
type keywordList struct{ field *[]string }

func (k keywordList) read(v configobj.Value) (problem, warning string) {
	written := listEntries(v)
	if problem := tooMany(written, maxKeywords); problem != "" {
		return problem, ""
	}
	var list []string
	for i, entry := range written {
		if entry = strings.TrimSpace(entry); entry != "" {
			list = append(list, entry)
		} else if warning == "" {
			warning = "entry " + strconv.Itoa(i+1) + " is empty and has no effect: remove it"
		}
	}
	*k.field = list
	return "", warning
}
