package zxcvbn

// maxStep is the greatest distance between neighbouring units of a sequence.
const maxStep = 5

// sequences finds sequences such as abc, 9753 or αβγ: units at equal distances.
// Two units are a sequence if their distance is 1.
func (j *judge) sequences(password []uint16) {
	from := 0
	for from < len(password)-1 {
		step := int(password[from+1]) - int(password[from])
		to := from + 2
		for to < len(password) && int(password[to])-int(password[to-1]) == step {
			to++
		}
		size := max(step, -step)
		if 0 < size && size <= maxStep && (to-from > 2 || size == 1) {
			j.add(from, to, sequenceGuesses(password[from], to-from, step), pattern{kind: sequence})
		}
		from = to - 1
	}
}

// sequenceGuesses returns the number of sequences of up to this length that
// have a similar first unit. Obvious first units have fewer.
func sequenceGuesses(first uint16, length, step int) float64 {
	starts := 26
	switch {
	case first == 'a', first == 'A', first == 'z', first == 'Z', first == '0', first == '1', first == '9':
		starts = 4
	case isDigit(first):
		starts = 10
	}
	if step < 0 {
		starts *= 2
	}
	return float64(starts * length)
}

func isDigit(unit uint16) bool { return '0' <= unit && unit <= '9' }
