package zxcvbn

// minYearSpace is the fewest guesses of a year.
const minYearSpace = 20

// yearSpace returns the guesses of a year: its distance from the present one.
func (j *judge) yearSpace(year int) float64 {
	return float64(max(year-j.year, j.year-year, minYearSpace))
}

// years finds years from 1900 to 2019.
func (j *judge) years(password []uint16) {
	for from := 0; from+4 <= len(password); {
		value, ok := number(password[from : from+4])
		if !ok || value < 1900 || value > 2019 {
			from++
			continue
		}
		j.add(from, from+4, j.yearSpace(value), pattern{kind: year})
		from += 4
	}
}

// number returns the value of a text of digits only.
func number(digits []uint16) (n int, ok bool) {
	for _, unit := range digits {
		if !isDigit(unit) {
			return 0, false
		}
		n = 10*n + int(unit-'0')
	}
	return n, len(digits) > 0
}
