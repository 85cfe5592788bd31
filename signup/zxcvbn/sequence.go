package zxcvbn

// maxStep is how far apart the units of a sequence may be.
const maxStep = 5

// sequences finds sequences as abc, 9753 or αβγ: units that are all as
// far apart as the first two. Two are a sequence if they are neighbours.
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
			j.add(from, to, sequenceGuesses(password[from], to-from, step), 0)
		}
		from = to - 1
	}
}

// sequenceGuesses is how many sequences of up to this length begin with
// something like this unit: few with one that is an obvious start.
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
