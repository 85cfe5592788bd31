package signup

import "unicode/utf8"

// correction is what a message advises for a name that is not known: the
// closest of those that are, if it is close enough to be meant.
func correction(name string, known []string) string {
	const most = 2 // characters that may be wrong
	closest, fewest := "", most+1
	for _, candidate := range known {
		if d := distance(name, candidate, most); d < fewest {
			closest, fewest = candidate, d
		}
	}
	if closest == "" {
		return "remove it, or correct its name"
	}
	return "did you mean " + closest + "?"
}

// distance is the number of characters that have to be inserted, removed or
// replaced to make b of a, or more than most if the lengths alone say so.
func distance(a, b string, most int) int {
	if d := utf8.RuneCountInString(a) - utf8.RuneCountInString(b); d > most || -d > most {
		return most + 1
	}
	to := []rune(b)
	row := make([]int, len(to)+1) // to the first characters of b, from those of a so far
	for j := range row {
		row[j] = j
	}
	for i, from := range []rune(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range to {
			replaced := diagonal
			if from != to[j] {
				replaced++
			}
			diagonal = row[j+1]
			row[j+1] = min(replaced, row[j]+1, diagonal+1)
		}
	}
	return row[len(to)]
}
