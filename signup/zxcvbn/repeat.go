package zxcvbn

import "slices"

// repeated describes how a text repeats itself from an offset on.
type repeated struct {
	period int // length of the repeated text, 0 if there is none
	length int // of all repetitions together
}

// repeats finds repetitions from left to right. At each place it takes the
// repetitions of the shortest or of the longest repeated text, whichever extend
// further.
func (j *judge) repeats(password []uint16) {
	shortest, longest := repetitions(password)
	for from := 0; from < len(password); {
		best := shortest[from]
		if best.period == 0 {
			from++
			continue
		}
		if other := longest[from]; other.length > best.length {
			best = repeated{period(password[from : from+other.length]), other.length}
		}
		to := from + best.length
		times := float64(best.length / best.period)
		base := judge{dictionaries: j.dictionaries, table: j.table, year: j.year}
		what := pattern{kind: repeatedText}
		if best.period == 1 {
			what.kind = repeatedUnit
		}
		j.add(from, to, times*base.guesses(password[from:from+best.period]), what)
		from = to
	}
}

// repetitions returns, for each offset, the repetitions of the shortest and of
// the longest repeated text. Line terminators are never part of one, because
// the original's pattern does not match them.
func repetitions(text []uint16) (shortest, longest []repeated) {
	shortest, longest = make([]repeated, len(text)), make([]repeated, len(text))
	for period := 1; period <= len(text)/2; period++ {
		same := 0 // units from here on that occur again one period later
		for i := len(text) - period - 1; i >= 0; i-- {
			if text[i] != text[i+period] || endsLine(text[i]) {
				same = 0
				continue
			}
			if same++; same < period {
				continue
			}
			longest[i] = repeated{period, (same/period + 1) * period}
			if shortest[i].period == 0 {
				shortest[i] = longest[i]
			}
		}
	}
	return shortest, longest
}

func endsLine(unit uint16) bool {
	return unit == '\n' || unit == '\r' || unit == '\u2028' || unit == '\u2029'
}

// period returns the length of the shortest text that repeats to text.
func period(text []uint16) int {
	for length := 1; length < len(text); length++ {
		if len(text)%length == 0 && slices.Equal(text[length:], text[:len(text)-length]) {
			return length
		}
	}
	return len(text)
}
