package zxcvbn

import "math"

// The fewest guesses that a part of a password takes, of one unit or more, and
// what brute force takes at least, so that a pattern in the same place comes
// first.
const (
	minSingle     = 10
	minMultiple   = 50
	growingLength = 10_000 // guesses before whoever guesses tries one part more
)

// table holds what every search needs, by length.
type table [2*maxCharacters + 2]struct {
	brute    float64 // guesses of brute force over so many units
	orders   float64 // in how many orders so many parts can be
	additive float64 // guesses of all that has fewer parts
}

func newTable() *table {
	t := new(table)
	brute, orders, additive := 1.0, 1.0, 1.0
	for i := 1; i < len(t); i++ {
		brute = min(brute*10, math.MaxFloat64)
		orders *= float64(i)
		t[i].brute, t[i].orders, t[i].additive = max(brute, minMultiple+1), orders, additive
		additive *= growingLength
	}
	t[1].brute = minSingle + 1
	return t
}

// cover is the best way found to cover a password up to a place with so many
// parts: the guesses of its parts multiplied, and the guesses of all of it.
type cover struct {
	parts   int
	product float64
	guesses float64
	brute   bool // the last part is brute force
}

// least is the fewest guesses that a password of a length takes, whose matches
// come in the order of their ends:
//
//	the least of  l! · (product of the guesses of l parts) + 10,000^(l-1)
//
// over all sequences of l parts, matches or brute force, that cover it. It goes
// through the ends of parts from left to right. A cover is kept unless one with
// as many parts or fewer is as good. That makes it an approximation, the same
// as the original's if covers are tried in the same order.
func (t *table) least(length int, matches []match) float64 {
	if length == 0 {
		return 1
	}
	covers := make([][]cover, length+1) // by where the next part begins, of ascending parts
	for end := 1; end <= length; end++ {
		best := &covers[end]
		for ; len(matches) > 0 && matches[0].to == end; matches = matches[1:] {
			t.extend(best, covers, matches[0], length)
		}
		t.add(best, cover{1, t[end].brute, 0, true})
		for from := 1; from < end; from++ {
			brute := t[end-from].brute
			for _, before := range covers[from] {
				if !before.brute { // two next to each other are never better than one
					t.add(best, cover{before.parts + 1, brute * before.product, 0, true})
				}
			}
		}
	}
	guesses := math.Inf(1)
	for _, c := range covers[length] {
		if c.guesses < guesses {
			guesses = c.guesses
		}
	}
	return guesses
}

// extend adds a match to the covers that end where it begins.
func (t *table) extend(best *[]cover, covers [][]cover, m match, length int) {
	guesses := m.guesses
	if units := m.to - m.from; units == 1 && length > 1 {
		guesses = max(guesses, minSingle)
	} else if units < length {
		guesses = max(guesses, minMultiple)
	}
	if m.from == 0 {
		t.add(best, cover{1, guesses, 0, false})
		return
	}
	for _, before := range covers[m.from] {
		t.add(best, cover{before.parts + 1, guesses * before.product, 0, false})
	}
}

// add keeps a cover unless one with as many parts or fewer is as good. What is
// not a number is never as good, and always kept.
func (t *table) add(best *[]cover, c cover) {
	c.guesses = float64(t[c.parts].orders*c.product) + t[c.parts].additive
	list := *best
	at := 0
	for ; at < len(list) && list[at].parts <= c.parts; at++ {
		if list[at].guesses <= c.guesses {
			return
		}
	}
	if at == 0 || list[at-1].parts < c.parts {
		list = append(list, c)
		copy(list[at+1:], list[at:])
		*best = list
		at++
	}
	list[at-1] = c
}
