package zxcvbn

import "slices"

// The years that a date with a year of four digits may have.
const (
	minYear = 1000
	maxYear = 2050
)

// splits has the ways to split digits without separators into three numbers, by
// the number of digits, from minDigits on.
const (
	minDigits = 4
	maxDigits = 8
)

var splits = [maxDigits - minDigits + 1][][2]int{
	{{1, 2}, {2, 3}},
	{{1, 3}, {2, 3}},
	{{1, 2}, {2, 4}, {4, 5}},
	{{1, 3}, {2, 3}, {4, 5}, {4, 6}},
	{{2, 4}, {4, 6}},
}

// Lengths of dates with separators: from 1/1/91 to 11/11/1991.
const (
	minSeparated = 6
	maxSeparated = 10
)

// dates finds dates that are not part of a longer date: a day, a month and a
// year, with the year first or last, and the same separator twice or none.
func (j *judge) dates(password []uint16) {
	end := 0
	for from := range password {
		for length := min(maxSeparated, len(password)-from); length >= minDigits && from+length > end; length-- {
			if guesses, ok := j.dateGuesses(password[from : from+length]); ok {
				end = from + length
				j.add(from, end, guesses, pattern{kind: date})
			}
		}
	}
}

// dateGuesses returns the guesses of a token that is a date.
func (j *judge) dateGuesses(token []uint16) (guesses float64, ok bool) {
	const days, separators = 365, 4
	if len(token) <= maxDigits {
		if year, ok := j.yearOfDigits(token); ok {
			return j.yearSpace(year) * days, true
		}
	}
	if len(token) >= minSeparated {
		if year, ok := yearOfSeparated(token); ok {
			return j.yearSpace(year) * days * separators, true
		}
	}
	return 0, false
}

// yearOfDigits returns the year of a date without separators. If it can be read
// in several ways, it returns the year closest to the present.
func (j *judge) yearOfDigits(token []uint16) (year int, ok bool) {
	if _, digits := number(token); !digits {
		return 0, false
	}
	distance := func(year int) int { return max(year-j.year, j.year-year) }
	for _, split := range splits[len(token)-minDigits] {
		other, is := yearOf(token[:split[0]], token[split[0]:split[1]], token[split[1]:])
		if is && (!ok || distance(other) < distance(year)) {
			year, ok = other, true
		}
	}
	return year, ok
}

// yearOfSeparated returns the year of a date with separators.
func yearOfSeparated(token []uint16) (year int, ok bool) {
	one := 0
	for one < len(token) && !isSeparator(token[one]) {
		one++
	}
	if one == len(token) {
		return 0, false
	}
	two := one + 1 + slices.Index(token[one+1:], token[one])
	if two == one || one > 4 || two-one-1 > 2 || len(token)-two-1 > 4 {
		return 0, false
	}
	return yearOf(token[:one], token[one+1:two], token[two+1:])
}

// isSeparator reports whether a unit matches [\s/\\_.-] in JavaScript.
func isSeparator(unit uint16) bool {
	switch unit {
	case '/', '\\', '_', '.', '-', ' ', '\t', '\n', '\v', '\f', '\r',
		0xA0, 0x1680, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000, 0xFEFF:
		return true
	}
	return 0x2000 <= unit && unit <= 0x200A
}

// yearOf returns the year of a date of three numbers: a year of four digits,
// first or last, with a day and a month, or else a year of two digits.
func yearOf(texts ...[]uint16) (year int, ok bool) {
	var n [3]int
	over12, over31, zeros := 0, 0, 0
	for i, text := range texts {
		if n[i], ok = number(text); !ok || n[i] > 99 && n[i] < minYear || n[i] > maxYear {
			return 0, false
		}
		if n[i] > 12 {
			over12++
		}
		if n[i] > 31 {
			over31++
		}
		if n[i] == 0 {
			zeros++
		}
	}
	if n[1] > 31 || n[1] == 0 || over12 == 3 || over31 > 1 || zeros > 1 {
		return 0, false
	}
	last, first := isDay(n[0], n[1]), isDay(n[1], n[2])
	switch {
	case n[2] >= minYear:
		return n[2], last
	case n[0] >= minYear:
		return n[0], first
	case last:
		return fourDigits(n[2]), true
	default:
		return fourDigits(n[0]), first
	}
}

// isDay reports whether two numbers are a day and a month, in either order.
func isDay(a, b int) bool {
	return 1 <= a && a <= 31 && 1 <= b && b <= 12 || 1 <= b && b <= 31 && 1 <= a && a <= 12
}

// fourDigits expands a year of two digits.
func fourDigits(year int) int {
	if year > 50 {
		return 1900 + year
	}
	return 2000 + year
}
