package zxcvbn

import (
	"slices"

	"github.com/enrol-sso/enrol/signup/zxcvbn/words"
)

// Warning says what is wrong with a password.
type Warning string

// The warnings.
const (
	StraightRow        Warning = "straight_row"         // keys in a straight row
	KeyboardPattern    Warning = "keyboard_pattern"     // a short walk over the keyboard
	RepeatedCharacter  Warning = "repeated_character"   // as in "aaa"
	RepeatedText       Warning = "repeated_text"        // as in "abcabcabc"
	Sequence           Warning = "sequence"             // as in "abc" or "6543"
	RecentYear         Warning = "recent_year"          // a year from 1900 to 2019
	Date               Warning = "date"                 // a date
	Top10Password      Warning = "top_10_password"      // one of the 10 most common passwords
	Top100Password     Warning = "top_100_password"     // one of the 100 most common passwords
	CommonPassword     Warning = "common_password"      // another common password
	LikeCommonPassword Warning = "like_common_password" // similar to a common password
	SingleWord         Warning = "single_word"          // a word and nothing else
	SingleName         Warning = "single_name"          // a name and nothing else
	CommonName         Warning = "common_name"          // a name and more
)

// Suggestion says how to choose a better password.
type Suggestion string

// The suggestions.
const (
	UseWords              Suggestion = "use_words"               // a few words, no common phrase
	NoSymbolsNeeded       Suggestion = "no_symbols_needed"       // symbols, digits and capitals are not needed
	AddWords              Suggestion = "add_words"               // another word or two
	LongerKeyboardPattern Suggestion = "longer_keyboard_pattern" // with more turns
	AvoidRepeats          Suggestion = "avoid_repeats"
	AvoidSequences        Suggestion = "avoid_sequences"
	AvoidRecentYears      Suggestion = "avoid_recent_years"
	AvoidOwnYears         Suggestion = "avoid_own_years"          // years that have to do with the user
	AvoidOwnDates         Suggestion = "avoid_own_dates"          // dates and years that have to do with the user
	CapitalsHelpLittle    Suggestion = "capitals_help_little"     // a capital at the beginning
	AllCapitalsHelpLittle Suggestion = "all_capitals_help_little" // capitals only
	ReversingHelpsLittle  Suggestion = "reversing_helps_little"   // a word backwards
	SignsHelpLittle       Suggestion = "signs_help_little"        // "@" for "a"
)

// Strength is what people are told about a password.
type Strength struct {
	Score       int          `json:"score"`             // from 0, the weakest, to 4
	Warning     Warning      `json:"warning,omitempty"` // "" if there is none
	Suggestions []Suggestion `json:"suggestions"`       // none with the scores 3 and 4
}

// Strength rates a password. It takes the same arguments as Guesses.
func (e *Estimator) Strength(password string, userInputs []string, year int) Strength {
	judge := e.judge(userInputs, year)
	text := units(cut(password))
	guesses, parts := judge.best(text)
	strength := Strength{Score: Score(guesses), Suggestions: []Suggestion{}}
	switch {
	case len(parts) == 0:
		strength.Suggestions = []Suggestion{UseWords, NoSymbolsNeeded}
	case strength.Score <= 2:
		part := longest(parts)
		strength.Warning = part.warning(len(parts) == 1)
		strength.Suggestions = append(strength.Suggestions, AddWords)
		strength.Suggestions = append(strength.Suggestions, part.suggestions(text[part.from:part.to])...)
	}
	return strength
}

// longest returns the longest part, the first of several.
func longest(parts []match) *match {
	best := &parts[0]
	for i := range parts {
		if m := &parts[i]; m.to-m.from > best.to-best.from {
			best = m
		}
	}
	return best
}

// warning returns the warning of a part, which may be the only one.
func (m *match) warning(only bool) Warning {
	switch m.kind {
	case word:
		return m.wordWarning(only)
	case straightWalk:
		return StraightRow
	case walkWithTurns:
		return KeyboardPattern
	case repeatedUnit:
		return RepeatedCharacter
	case repeatedText:
		return RepeatedText
	case sequence:
		return Sequence
	case year:
		return RecentYear
	case date:
		return Date
	}
	return ""
}

// mostSimilar is the most guesses of a password that is similar to a common one.
const mostSimilar = 10_000

func (m *match) wordWarning(only bool) Warning {
	switch list := m.word.list; {
	case list == words.Passwords && only && !m.l33t && !m.backwards:
		switch {
		case m.word.rank <= 10:
			return Top10Password
		case m.word.rank <= 100:
			return Top100Password
		}
		return CommonPassword
	case list == words.Passwords && m.guesses <= mostSimilar:
		return LikeCommonPassword
	case list == words.EnglishWikipedia && only:
		return SingleWord
	case list == words.Surnames, list == words.MaleNames, list == words.FemaleNames:
		if only {
			return SingleName
		}
		return CommonName
	}
	return ""
}

// suggestions returns the suggestions of a part with a text.
func (m *match) suggestions(text []uint16) []Suggestion {
	switch m.kind {
	case word:
		return m.wordSuggestions(text)
	case straightWalk, walkWithTurns:
		return []Suggestion{LongerKeyboardPattern}
	case repeatedUnit, repeatedText:
		return []Suggestion{AvoidRepeats}
	case sequence:
		return []Suggestion{AvoidSequences}
	case year:
		return []Suggestion{AvoidRecentYears, AvoidOwnYears}
	case date:
		return []Suggestion{AvoidOwnDates}
	}
	return nil
}

// leastReversed is the fewest units of a word of which people learn that it is
// easy to guess backwards.
const leastReversed = 4

func (m *match) wordSuggestions(text []uint16) (list []Suggestion) {
	isSmall := func(unit uint16) bool { return 'a' <= unit && unit <= 'z' }
	switch {
	case len(text) > 1 && isCapital(text[0]) && !slices.ContainsFunc(text[1:], isCapital):
		list = append(list, CapitalsHelpLittle)
	case !slices.ContainsFunc(text, isSmall) && !slices.Equal(lower(text), text):
		list = append(list, AllCapitalsHelpLittle)
	}
	if m.backwards && len(text) >= leastReversed {
		list = append(list, ReversingHelpsLittle)
	}
	if m.l33t {
		list = append(list, SignsHelpLittle)
	}
	return list
}
