package zxcvbn

// match is a part of a password that follows a pattern: where it begins, the
// next unit after it, and how many guesses it takes.
type match struct {
	from, to int
	guesses  float64
	sub      int // the reading of the signs that it uses, see l33t
	pattern
}

// pattern is what a part of a password follows, as far as the feedback depends
// on it.
type pattern struct {
	kind      kind
	word      found // of a word
	backwards bool  // a word that is written backwards
	l33t      bool  // a word with signs
}

// kind is a kind of pattern.
type kind uint8

const (
	bruteForce kind = iota
	word
	straightWalk // over keys in one direction
	walkWithTurns
	repeatedUnit
	repeatedText
	sequence
	year
	date
)

// judge estimates one password, or a part of it that is repeated.
type judge struct {
	dictionaries []dictionary
	table        *table
	year         int
	found        []match
}

// add records a match.
func (j *judge) add(from, to int, guesses float64, what pattern) {
	j.found = append(j.found, match{from: from, to: to, guesses: guesses, pattern: what})
}

// guesses returns the guesses of a password.
func (j *judge) guesses(password []uint16) float64 {
	guesses, _ := j.best(password)
	return guesses
}

// best returns the guesses of a password and the parts that take as many.
func (j *judge) best(password []uint16) (guesses float64, parts []match) {
	return j.table.least(len(password), j.matches(password))
}

// matches returns every pattern, sorted by where it ends, then by where it
// begins. Patterns in the same place are in the original's order.
func (j *judge) matches(password []uint16) []match {
	j.found = nil
	j.words(password, false)
	j.words(password, true)
	j.l33t(password)
	for _, l := range layouts {
		j.walks(password, l)
	}
	j.repeats(password)
	j.sequences(password)
	j.years(password)
	j.dates(password)
	found := ordered(j.found, len(password), func(m *match) int { return m.from })
	return ordered(found, len(password), func(m *match) int { return m.to })
}

// ordered sorts matches by a key of at most most. The sort is stable.
func ordered(matches []match, most int, key func(m *match) int) []match {
	places := make([]int, most+2)
	for i := range matches {
		places[key(&matches[i])+1]++
	}
	for i := range most {
		places[i+1] += places[i]
	}
	sorted := make([]match, len(matches))
	for i := range matches {
		k := key(&matches[i])
		sorted[places[k]] = matches[i]
		places[k]++
	}
	return sorted
}
