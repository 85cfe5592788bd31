package zxcvbn

// minYearSpace is the fewest guesses that a year takes.
const minYearSpace = 20

// yearSpace is how many guesses a year takes: as many as it is away from the
// present one.
func (j *judge) yearSpace(year int) float64 {
	return float64(max(year-j.year, j.year-year, minYearSpace))
}

// years finds years from 1900 to 2019.
func (j *judge) years(password []uint16) {
	for from := 0; from+4 <= len(password); {
		year, ok := number(password[from : from+4])
		if !ok || year < 1900 || year > 2019 {
			from++
			continue
		}
		j.add(from, from+4, j.yearSpace(year), 0)
		from += 4
	}
}

// number is what digits say, if there is nothing else.
func number(digits []uint16) (n int, ok bool) {
	for _, unit := range digits {
		if !isDigit(unit) {
			return 0, false
		}
		n = 10*n + int(unit-'0')
	}
	return n, len(digits) > 0
}
