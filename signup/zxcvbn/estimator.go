package zxcvbn

import (
	"strings"
	"unicode/utf16"

	"github.com/enrol-sso/enrol/signup/zxcvbn/words"
)

// maxCharacters is how many characters of a password are judged, in code
// points. The work grows with the square of the length, and what a password is
// worth is decided long before: the highest score takes some ten characters
// that are no pattern.
const maxCharacters = 256

// Estimator judges passwords. It is immutable and safe for concurrent use.
type Estimator struct {
	words *words.Set
	table *table
	names *inputs // see inheritedNames
}

// New unpacks the word lists, which takes some tens of milliseconds, several
// times as long in a module, and 1.3 MB.
func New() *Estimator {
	return &Estimator{words: words.Load(), table: newTable(), names: newInherited()}
}

// Guesses estimates how many guesses a password withstands, from 1 up.
//
// Only its first 256 characters are judged. A password is UTF-8; what is not
// counts as U+FFFD. The user inputs are words that whoever guesses would try
// first, as the account's name, the likeliest first; they are compared in lower
// case, and may hold anything. Year is the present one: years close to it are
// guessed first.
func (e *Estimator) Guesses(password string, userInputs []string, year int) float64 {
	judge := judge{
		dictionaries: []dictionary{&wordList{e.words}, e.names, newInputs(userInputs)},
		table:        e.table,
		year:         year,
	}
	return judge.guesses(units(cut(password)))
}

// Score is the score that a number of guesses has: 0 up to a thousand, 1 up to
// a million, 2 up to a hundred million, 3 up to ten thousand million, 4 above,
// each with five guesses of tolerance.
func Score(guesses float64) int {
	const tolerance = 5
	for score, limit := range [...]float64{1e3, 1e6, 1e8, 1e10} {
		if guesses < limit+tolerance {
			return score
		}
	}
	return 4
}

// cut returns the part of a password that is judged.
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

// units is a text in UTF-16.
func units(text string) []uint16 { return utf16.Encode([]rune(text)) }

// maxCommonRank is down to which rank the words of the lists other than that of
// the passwords count as common passwords. A password that is a name or an
// everyday word too is in the list where it ranks best, so that the lists of
// names and words have what that of the passwords lacks.
const maxCommonRank = 3000

// IsCommon says whether a password as a whole, whatever its case, is one of the
// list of 30,000 common passwords, or among the first 3,000 words of another
// list.
func (e *Estimator) IsCommon(password string) bool {
	text := units(strings.ToLower(password))
	word, ok := find(&wordList{e.words}, text)
	return ok && (e.words.IsPassword(word) || e.words.Rank(word) <= maxCommonRank)
}
