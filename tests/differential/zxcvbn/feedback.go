//go:build differential

package zxcvbn

import "github.com/enrol-sso/enrol/signup/zxcvbn"

// warnings has the code of each warning of the package. A warning that is
// missing here is compared as it is, and so fails.
var warnings = map[string]zxcvbn.Warning{
	"Straight rows of keys are easy to guess":                               zxcvbn.StraightRow,
	"Short keyboard patterns are easy to guess":                             zxcvbn.KeyboardPattern,
	`Repeats like "aaa" are easy to guess`:                                  zxcvbn.RepeatedCharacter,
	`Repeats like "abcabcabc" are only slightly harder to guess than "abc"`: zxcvbn.RepeatedText,
	"Sequences like abc or 6543 are easy to guess":                          zxcvbn.Sequence,
	"Recent years are easy to guess":                                        zxcvbn.RecentYear,
	"Dates are often easy to guess":                                         zxcvbn.Date,
	"This is a top-10 common password":                                      zxcvbn.Top10Password,
	"This is a top-100 common password":                                     zxcvbn.Top100Password,
	"This is a very common password":                                        zxcvbn.CommonPassword,
	"This is similar to a commonly used password":                           zxcvbn.LikeCommonPassword,
	"A word by itself is easy to guess":                                     zxcvbn.SingleWord,
	"Names and surnames by themselves are easy to guess":                    zxcvbn.SingleName,
	"Common names and surnames are easy to guess":                           zxcvbn.CommonName,
}

// suggestions has the code of each suggestion of the package.
var suggestions = map[string]zxcvbn.Suggestion{
	"Use a few words, avoid common phrases":                                  zxcvbn.UseWords,
	"No need for symbols, digits, or uppercase letters":                      zxcvbn.NoSymbolsNeeded,
	"Add another word or two. Uncommon words are better.":                    zxcvbn.AddWords,
	"Use a longer keyboard pattern with more turns":                          zxcvbn.LongerKeyboardPattern,
	"Avoid repeated words and characters":                                    zxcvbn.AvoidRepeats,
	"Avoid sequences":                                                        zxcvbn.AvoidSequences,
	"Avoid recent years":                                                     zxcvbn.AvoidRecentYears,
	"Avoid years that are associated with you":                               zxcvbn.AvoidOwnYears,
	"Avoid dates and years that are associated with you":                     zxcvbn.AvoidOwnDates,
	"Capitalization doesn't help very much":                                  zxcvbn.CapitalsHelpLittle,
	"All-uppercase is almost as easy to guess as all-lowercase":              zxcvbn.AllCapitalsHelpLittle,
	"Reversed words aren't much harder to guess":                             zxcvbn.ReversingHelpsLittle,
	"Predictable substitutions like '@' instead of 'a' don't help very much": zxcvbn.SignsHelpLittle,
}

// strength returns the reference's answer in codes.
func (a *answer) strength() zxcvbn.Strength {
	s := zxcvbn.Strength{Score: a.score, Suggestions: []zxcvbn.Suggestion{}}
	if a.warning != "" {
		s.Warning = code(warnings, a.warning)
	}
	for _, text := range a.suggestions {
		s.Suggestions = append(s.Suggestions, code(suggestions, text))
	}
	return s
}

func code[Code ~string](codes map[string]Code, text string) Code {
	if code, ok := codes[text]; ok {
		return code
	}
	return Code(text)
}
