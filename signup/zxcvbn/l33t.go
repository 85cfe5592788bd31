package zxcvbn

import (
	"slices"
	"strings"
)

// signs are the characters that replace letters.
const signs = "4@8({[<3691!|70$5+%2"

// signsOf lists the signs of each letter.
var signsOf = [...]struct {
	letter byte
	signs  string
}{
	{'a', "4@"}, {'b', "8"}, {'c', "({[<"}, {'e', "3"}, {'g', "69"}, {'i', "1!|"},
	{'l', "1|7"}, {'o', "0"}, {'s', "$5"}, {'t', "+7"}, {'x', "%"}, {'z', "2"},
}

// substitution has the letter that each of the signs replaces, or 0. A letter
// has at most one sign.
type substitution [len(signs)]byte

// sign returns the index of a unit in signs, or -1.
func sign(unit uint16) int {
	if unit >= 1<<7 {
		return -1
	}
	return strings.IndexByte(signs, byte(unit))
}

// substitutions returns the ways to read the signs of a password: each letter
// takes one of its signs that occur, and a sign that two letters can use goes
// to either. There are at most a few hundred. They are in the original's order,
// because the order of two matches can change the result of the search.
func substitutions(password []uint16) []substitution {
	var there substitution
	any := false
	for _, unit := range password {
		if at := sign(unit); at >= 0 {
			there[at], any = 1, true
		}
	}
	if !any {
		return nil
	}
	list := []substitution{{}}
	for _, of := range signsOf {
		var next []substitution
		for _, s := range []byte(of.signs) {
			at := sign(uint16(s))
			if there[at] == 0 {
				continue
			}
			for _, sub := range list {
				if sub[at] != 0 {
					next = append(next, sub)
				}
				sub[at] = of.letter
				next = append(next, sub)
			}
		}
		if next != nil {
			list = distinct(next)
		}
	}
	return list
}

// distinct removes repetitions.
func distinct(list []substitution) []substitution {
	kept := list[:0]
	for _, sub := range list {
		if !slices.Contains(kept, sub) {
			kept = append(kept, sub)
		}
	}
	return kept
}

// apply replaces signs with letters.
func (s *substitution) apply(password []uint16) []uint16 {
	text := slices.Clone(password)
	for i, unit := range text {
		if at := sign(unit); at >= 0 && s[at] != 0 {
			text[i] = uint16(s[at])
		}
	}
	return text
}

// l33t finds words in which signs replace letters.
func (j *judge) l33t(password []uint16) {
	subs := substitutions(password)
	forms := make([][]uint16, len(subs))
	for i := range subs {
		forms[i] = lower(subs[i].apply(password))
	}
	start := len(j.found)
	j.eachWord(forms, len(password), func(from, to int, w found, which []int) {
		token := password[from:to]
		small := lower(token)
		if len(token) == 1 || slices.Equal(small, forms[which[0]][from:to]) {
			return // a sign alone, which is mostly chance, or no sign
		}
		if len(forms[0]) == len(password) {
			which = which[:1] // the others read the signs of this word the same way
		}
		guesses := w.rank * uppercase(token)
		here := len(j.found)
		for _, sub := range which {
			if all := guesses * subs[sub].variations(token, small); !told(j.found[here:], all) {
				j.found = append(j.found, match{from, to, all, sub, pattern{kind: word, word: w, l33t: true}})
			}
		}
	})
	copy(j.found[start:], ordered(j.found[start:], len(subs), func(m *match) int { return m.sub }))
}

// told reports whether one of the matches takes this number of guesses.
func told(matches []match, guesses float64) bool {
	for i := range matches {
		if matches[i].guesses == guesses {
			return true
		}
	}
	return false
}

// variations returns the factor by which the signs of a token, given as written
// and in lower case, multiply the guesses. For each sign that replaces a
// letter, it is the number of ways to write that many of its letters with the
// sign, or without if those are fewer; and 2 if the letter itself does not
// occur.
func (s *substitution) variations(token, small []uint16) float64 {
	product := 1.0
	for at, letter := range s {
		if letter == 0 || !slices.Contains(token, uint16(signs[at])) {
			continue
		}
		subbed, unsubbed := count(small, uint16(signs[at])), count(small, uint16(letter))
		if unsubbed == 0 {
			product *= 2
		} else {
			product *= choices(subbed+unsubbed, min(subbed, unsubbed))
		}
	}
	return product
}

func count(text []uint16, unit uint16) (n int) {
	for _, other := range text {
		if other == unit {
			n++
		}
	}
	return n
}
