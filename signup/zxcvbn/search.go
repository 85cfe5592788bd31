package zxcvbn

import (
	"math"
	"slices"
	"strconv"
)

// The fewest guesses of a part of a password, of one unit or more. Brute force
// takes at least one more, so that a pattern in the same place wins.
const (
	minSingle     = 10
	minMultiple   = 50
	growingDigits = 4 // an attacker tries 10^4 guesses before sequences of one part more
)

// table has precomputed numbers that every search needs, by length.
type table [2*maxCharacters + 2]struct {
	brute    float64 // guesses of brute force for this many units
	orders   float64 // the number of orders of this many parts
	additive float64 // guesses of all sequences with fewer parts
}

func newTable() *table {
	t := new(table)
	orders := 1.0
	for i := 1; i < len(t); i++ {
		orders *= float64(i)
		brute := min(powerOfTen(i), math.MaxFloat64)
		t[i].brute, t[i].orders, t[i].additive = max(brute, minMultiple+1), orders, powerOfTen(growingDigits*(i-1))
	}
	t[1].brute = minSingle + 1
	return t
}

// powerOfTen returns the float64 nearest to 10^n, or +Inf. A product of tens is
// off by a bit from 10^25 on, and a bit decides between two covers that are
// equally good, which can change the guesses tenfold.
func powerOfTen(n int) float64 {
	power, _ := strconv.ParseFloat("1e"+strconv.Itoa(n), 64) // out of range: +Inf
	return power
}

// cover is the best way found to cover a password up to an offset with a number
// of parts: the product of the guesses of its parts, and its total guesses.
type cover struct {
	parts   int
	product float64
	guesses float64
	from    int // where the last part begins
	last    int // the last part, an index of the matches, or brute
}

const brute = -1

// least returns the fewest guesses of a password of a length, given its matches
// in the order of their ends, and the parts that take as many:
//
//	the least of  l! · (product of the guesses of l parts) + 10,000^(l-1)
//
// over all sequences of l parts, matches or brute force, that cover it. It
// visits the ends of parts from left to right, and keeps a cover unless one
// with at most as many parts is as good. That is an approximation, and the same
// as the original's if covers are tried in the same order.
func (t *table) least(length int, matches []match) (guesses float64, parts []match) {
	if length == 0 {
		return 1, nil
	}
	covers := make([][]cover, length+1) // by the offset of the next part, in the order of parts
	next := 0
	for end := 1; end <= length; end++ {
		best := &covers[end]
		for ; next < len(matches) && matches[next].to == end; next++ {
			t.extend(best, covers, &matches[next], next, length)
		}
		t.add(best, cover{1, t[end].brute, 0, 0, brute})
		for from := 1; from < end; from++ {
			guesses := t[end-from].brute
			for _, before := range covers[from] {
				if before.last != brute { // two in a row are never better than one
					t.add(best, cover{before.parts + 1, guesses * before.product, 0, from, brute})
				}
			}
		}
	}
	guesses = math.Inf(1)
	count := 0
	for _, c := range covers[length] {
		if c.guesses < guesses {
			guesses, count = c.guesses, c.parts
		}
	}
	return guesses, sequenceOf(covers, count, matches)
}

// sequenceOf returns the parts of the cover of the whole password that has this
// many.
func sequenceOf(covers [][]cover, count int, matches []match) []match {
	parts := make([]match, count)
	for end := len(covers) - 1; count > 0; count-- {
		list := covers[end]
		c := list[slices.IndexFunc(list, func(c cover) bool { return c.parts == count })]
		if c.last == brute {
			parts[count-1] = match{from: c.from, to: end}
		} else {
			parts[count-1] = matches[c.last]
		}
		end = c.from
	}
	return parts
}

// extend appends a match to the covers that end where it begins.
func (t *table) extend(best *[]cover, covers [][]cover, m *match, index, length int) {
	guesses := m.guesses
	if units := m.to - m.from; units == 1 && length > 1 {
		guesses = max(guesses, minSingle)
	} else if units < length {
		guesses = max(guesses, minMultiple)
	}
	if m.from == 0 {
		t.add(best, cover{1, guesses, 0, 0, index})
		return
	}
	for _, before := range covers[m.from] {
		t.add(best, cover{before.parts + 1, guesses * before.product, 0, m.from, index})
	}
}

// add keeps a cover unless one with at most as many parts is as good. A NaN is
// never as good, and always kept.
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
