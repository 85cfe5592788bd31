package zxcvbn

// match is a part of a password that follows a pattern: where it begins, where
// the next unit is, and how many guesses it takes.
type match struct {
	from, to int
	guesses  float64
	sub      int // which reading of the signs it takes, see l33t
}

// judge looks at one password, and at the parts of it that are repeated.
type judge struct {
	dictionaries []dictionary
	table        *table
	year         int
	found        []match
}

// add keeps a match.
func (j *judge) add(from, to int, guesses float64, sub int) {
	j.found = append(j.found, match{from, to, guesses, sub})
}

// guesses is what a password takes.
func (j *judge) guesses(password []uint16) float64 {
	return j.table.least(len(password), j.matches(password))
}

// matches finds every pattern, those that end first first, of those the longest
// first. Of those in one place the order is the original's.
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

// ordered returns matches in the ascending order of a key, which is at most
// most; those with the same key stay in their order.
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
