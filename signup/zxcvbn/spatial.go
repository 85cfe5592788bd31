package zxcvbn

// layout is a keyboard or keypad. Its rows list the keys from left to right. A
// key has two characters on a keyboard, without and with shift, and one on a
// keypad.
type layout struct {
	rows   [5]string
	first  [5]int // column of each row's first key
	keys   int    // characters per key
	ways   []way  // to the neighbours of a key, clockwise from the left
	starts float64
	degree float64
}

// way is the number of columns and rows from one key to another.
type way struct{ x, y int }

// On a keyboard, each row is half a key to the right of the one above, so that
// a key has six neighbours; on a keypad it has eight. starts is the number of
// characters, and degree the average number of neighbours. As in the original,
// the other layouts use the numbers of qwerty and the keypad.
var layouts = [...]*layout{
	{
		rows:  [5]string{"`~1!2@3#4$5%6^7&8*9(0)-_=+", "qQwWeErRtTyYuUiIoOpP[{]}\\|", "aAsSdDfFgGhHjJkKlL;:'\"", "zZxXcCvVbBnNmM,<.>/?"},
		first: [5]int{0, 1, 1, 1}, keys: 2, ways: slanted[:], starts: 94, degree: 432.0 / 94,
	},
	{
		rows:  [5]string{"`~1!2@3#4$5%6^7&8*9(0)[{]}", "'\",<.>pPyYfFgGcCrRlL/?=+\\|", "aAoOeEuUiIdDhHtTnNsS-_", ";:qQjJkKxXbBmMwWvVzZ"},
		first: [5]int{0, 1, 1, 1}, keys: 2, ways: slanted[:], starts: 94, degree: 432.0 / 94,
	},
	{
		rows:  [5]string{"/*-", "789+", "456", "123", "0."},
		first: [5]int{1, 0, 0, 0, 1}, keys: 1, ways: aligned[:], starts: 15, degree: 76.0 / 15,
	},
	{
		rows:  [5]string{"=/*", "789-", "456+", "123", "0."},
		first: [5]int{1, 0, 0, 0, 1}, keys: 1, ways: aligned[:], starts: 15, degree: 76.0 / 15,
	},
}

var (
	slanted = [...]way{{-1, 0}, {0, -1}, {1, -1}, {1, 0}, {0, 1}, {-1, 1}}
	aligned = [...]way{{-1, 0}, {-1, -1}, {0, -1}, {1, -1}, {1, 0}, {1, 1}, {0, 1}, {-1, 1}}
)

// key is the position of a character, and whether it needs shift.
type key struct {
	x, y    int
	shifted bool
}

func (l *layout) find(unit uint16) (k key, ok bool) {
	for y, row := range l.rows {
		for i := range len(row) {
			if uint16(row[i]) == unit {
				return key{l.first[y] + i/l.keys, y, i%l.keys == 1}, true
			}
		}
	}
	return key{}, false
}

// wayBetween returns the index of the way from one key to its neighbour, or -1
// if the keys are not neighbours.
func (l *layout) wayBetween(from, to key) int {
	for i, way := range l.ways {
		if to.x-from.x == way.x && to.y-from.y == way.y {
			return i
		}
	}
	return -1
}

// walks finds walks over at least three neighbouring keys.
func (j *judge) walks(password []uint16, l *layout) {
	for from := 0; from < len(password)-1; {
		last, on := l.find(password[from])
		shifted, turns, direction := 0, 0, -1
		if last.shifted {
			shifted++
		}
		to := from + 1
		for ; on && to < len(password); to++ {
			next, ok := l.find(password[to])
			way := l.wayBetween(last, next)
			if !ok || way < 0 {
				break
			}
			if next.shifted {
				shifted++
			}
			if way != direction {
				turns++
				direction = way
			}
			last = next
		}
		if to-from > 2 {
			what := pattern{kind: walkWithTurns}
			if turns == 1 {
				what.kind = straightWalk
			}
			j.add(from, to, l.guesses(to-from, turns, shifted), what)
		}
		from = to
	}
}

// guesses returns the number of walks of up to this length and up to this many
// turns, times the ways to hold shift for this many keys, or for the others if
// they are fewer.
func (l *layout) guesses(length, turns, shifted int) float64 {
	total := 0.0
	for i := 2; i <= length; i++ {
		ways, power := 1.0, 1.0
		for j := 1; j <= min(turns, i-1); j++ {
			if j > 1 {
				ways *= float64(i - j + 1)
				ways /= float64(j - 1)
			}
			power *= l.degree
			total += float64(ways * l.starts * power)
		}
	}
	switch unshifted := length - shifted; {
	case shifted == 0:
		return total
	case unshifted == 0:
		return total * 2
	default:
		return total * choices(length, min(shifted, unshifted))
	}
}
