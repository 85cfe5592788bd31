package ssoconf

import (
	"slices"
	"strconv"
	"strings"

	"github.com/enrol-sso/enrol/signup/ssoconf/configobj"
)

// keywordList is a list of texts that are refused wherever they occur. An empty
// one, which occurs everywhere, is dropped with a warning. White space around
// them is ignored, as in the original.
type keywordList struct {
	field *[]string
	check keywordCheck // nil if every keyword makes sense
}

// keywordCheck checks one keyword. The problem says why it can refuse nothing.
// The warning says what it refuses, if its author hardly meant that.
type keywordCheck func(keyword string) (problem, warning string)

func (k keywordList) read(v configobj.Value) (problem, warning string) {
	written := listEntries(v)
	if problem := tooMany(written, maxKeywords); problem != "" {
		return problem, ""
	}
	var list, told, warnings []string
	warn := func(entry, message string) {
		if !slices.Contains(told, message) { // only the first of its kind is reported
			told, warnings = append(told, message), append(warnings, entry+message)
		}
	}
	for i, entry := range written {
		number := "entry " + strconv.Itoa(i+1)
		if entry = strings.TrimSpace(entry); entry == "" {
			warn(number, " is empty and has no effect: remove it")
			continue
		}
		if k.check != nil {
			problem, warning := k.check(entry)
			if problem != "" {
				return number + ", " + quoteValue(entry) + ", " + problem, ""
			}
			if warning != "" {
				warn(number+", "+quoteValue(entry)+",", " "+warning)
			}
		}
		list = append(list, entry)
	}
	*k.field = list
	return "", strings.Join(warnings, "; ")
}
