package zxcvbn

import (
	"strings"
	"unicode/utf16"

	"github.com/enrol-sso/enrol/signup/zxcvbn/words"
)

// maxCharacters is the most code points of a password that are estimated. The
// work grows with the square of the length, and the result is decided much
// earlier: about ten characters that form no pattern reach the highest score.
const maxCharacters = 256

// Estimator estimates passwords. It is immutable and safe for concurrent use.
type Estimator struct {
	words *words.Set
	table *table
	names *inputs // see inheritedNames
}

// New unpacks the word lists. That takes tens of milliseconds, several times as
// long in a module, and 1.4 MB.
func New() *Estimator { return Begin().Estimator() }

// Making makes an estimator in parts.
type Making struct{ unpacking *words.Unpacking }

// Begin begins to make an estimator, for callers that have other work to do in
// between.
func Begin() *Making { return &Making{words.Begin()} }

// Next does a part of the work, a few milliseconds also in a module, and
// reports whether some is left.
func (m *Making) Next() (more bool) { return m.unpacking.Next(2048) }

// Estimator does what is left, and returns the estimator.
func (m *Making) Estimator() *Estimator {
	return &Estimator{words: m.unpacking.Set(), table: newTable(), names: newInherited()}
}

// Guesses estimates how many guesses a password withstands, at least 1.
//
// It uses only the first 256 characters. The password is UTF-8; invalid bytes
// count as U+FFFD. The user inputs are words that an attacker tries first, such
// as the account's name, likeliest first. They are compared in lower case and
// may contain anything. year is the present year: an attacker tries years close
// to it first.
func (e *Estimator) Guesses(password string, userInputs []string, year int) float64 {
	judge := e.judge(userInputs, year)
	return judge.guesses(units(cut(password)))
}

func (e *Estimator) judge(userInputs []string, year int) judge {
	return judge{
		dictionaries: []dictionary{&wordList{e.words}, e.names, newInputs(userInputs)},
		table:        e.table,
		year:         year,
	}
}

// Score returns the score of a number of guesses: 0 below 10^3, 1 below 10^6, 2
// below 10^8, 3 below 10^10, 4 above, each limit with a tolerance of five
// guesses.
func Score(guesses float64) int {
	const tolerance = 5
	for score, limit := range [...]float64{1e3, 1e6, 1e8, 1e10} {
		if guesses < limit+tolerance {
			return score
		}
	}
	return 4
}

// cut returns the part of a password that is estimated.
func cut(password string) string {
	characters := 0
	for i := range password {
		if characters == maxCharacters {
			return password[:i]
		}
		characters++
	}
	return password
}

// units returns a text in UTF-16.
func units(text string) []uint16 { return utf16.Encode([]rune(text)) }

// maxCommonRank is the last rank at which a word of a list other than the list
// of passwords is a common password. A word is only in the list where it ranks
// best, so common passwords that are names or everyday words are in the other
// lists.
const maxCommonRank = 3000

// IsCommon reports whether a password is, as a whole and case-insensitively, in
// the list of 30,000 common passwords or among the first 3,000 words of another
// list.
func (e *Estimator) IsCommon(password string) bool {
	text := units(strings.ToLower(password))
	word, ok := find(&wordList{e.words}, text)
	return ok && (e.words.List(word) == words.Passwords || e.words.Rank(word) <= maxCommonRank)
}
