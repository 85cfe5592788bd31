package ssoconf

import "unicode/utf8"

// correction returns the advice for an unknown name: the closest known name if
// it is close enough, or else to remove it.
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

// distance returns the number of characters to insert, remove or replace to
// turn a into b. If the lengths alone differ by more than most, it returns more
// than most.
func distance(a, b string, most int) int {
	if d := utf8.RuneCountInString(a) - utf8.RuneCountInString(b); d > most || -d > most {
		return most + 1
	}
	to := []rune(b)
	row := make([]int, len(to)+1) // distances from what was read of a to each beginning of b
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
