package zxcvbn

import "slices"

// words finds words, written forwards or backwards.
func (j *judge) words(password []uint16, backwards bool) {
	text, factor := password, 1.0
	if backwards {
		text, factor = slices.Clone(password), 2
		slices.Reverse(text)
	}
	j.eachWord([][]uint16{lower(text)}, len(text), func(from, to int, w found, _ []int) {
		if backwards {
			from, to = len(text)-to, len(text)-from
		}
		j.add(from, to, factor*float64(w.rank*uppercase(password[from:to])), pattern{kind: word, word: w, backwards: backwards})
	})
}

// eachWord finds the words of all dictionaries in several similar forms of a
// text at once, so that it looks up their common parts once. All forms have at
// least length units. For each word it calls visit with its first unit, the
// unit after it, its place in a list, and the forms that contain it, in
// ascending order.
func (j *judge) eachWord(forms [][]uint16, length int, visit func(from, to int, w found, which []int)) {
	all := make([]int, len(forms))
	for i := range all {
		all[i] = i
	}
	for _, d := range j.dictionaries {
		for from := range length {
			w := walk{d, forms, from, length, visit}
			w.step(from, span{0, d.size()}, all)
		}
	}
}

// walk searches the words that begin at one offset.
type walk struct {
	dictionary
	forms  [][]uint16
	from   int
	length int
	visit  func(from, to int, w found, which []int)
}

// step continues with the unit at an offset, for the forms and words that are
// equal up to there.
func (w *walk) step(at int, words span, which []int) {
	for at < w.length && len(which) > 0 {
		unit := w.forms[which[0]][at]
		same, others := w.split(at, unit, which)
		which = others
		next := narrow(w.dictionary, words, at-w.from, unit)
		if next.from == next.to {
			continue
		}
		if w.unit(next.from, at-w.from+1) < 0 {
			w.visit(w.from, at+1, w.entry(next.from), same)
		}
		w.step(at+1, next, same)
	}
}

// split separates the forms that have a unit at an offset from the others.
func (w *walk) split(at int, unit uint16, which []int) (same, others []int) {
	differs := 0
	for differs < len(which) && w.forms[which[differs]][at] == unit {
		differs++
	}
	if differs == len(which) {
		return which, nil
	}
	same = append(make([]int, 0, len(which)), which[:differs]...)
	for _, form := range which[differs:] {
		if w.forms[form][at] == unit {
			same = append(same, form)
		} else {
			others = append(others, form)
		}
	}
	return same, others
}

// uppercase returns the factor by which the capital letters of a word multiply
// the guesses: 2 for a word in capitals or with one capital at either end,
// otherwise the number of ways to capitalize this many of its letters, or to
// write as many small if those are fewer.
func uppercase(word []uint16) float64 {
	capitals, smalls := 0, 0
	for _, unit := range word {
		switch {
		case 'A' <= unit && unit <= 'Z':
			capitals++
		case 'a' <= unit && unit <= 'z':
			smalls++
		}
	}
	last := len(word) - 1
	switch {
	case capitals == 0:
		return 1
	case smalls == 0, capitals == 1 && last > 0 && (isCapital(word[0]) || isCapital(word[last])):
		return 2
	}
	return choices(capitals+smalls, min(capitals, smalls))
}

func isCapital(unit uint16) bool { return 'A' <= unit && unit <= 'Z' }

// choices returns in how many ways one to most of n things can be chosen.
func choices(n, most int) float64 {
	total, ways := 0.0, 1.0
	for k := 1; k <= most; k++ {
		ways *= float64(n - k + 1)
		ways /= float64(k)
		total += ways
	}
	return total
}
