package zxcvbn

import (
	"math"
	"strconv"
	"strings"
	"testing"
)

func TestScoresHaveTheirThresholds(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		guesses float64
		score   int
	}{
		{1, 0}, {1004, 0}, {1005, 1}, {1e6 + 4, 1}, {1e6 + 5, 2}, {1e8 + 4, 2}, {1e8 + 5, 3}, {1e10 + 4, 3}, {1e10 + 5, 4}, {math.Inf(1), 4},
	} {
		if got := Score(test.guesses); got != test.score {
			t.Errorf("%g guesses have the score %d, want %d", test.guesses, got, test.score)
		}
	}
}

// Characters after the first 256 change nothing, whether they have one unit or
// two.
func TestOnlyTheFirst256CharactersCount(t *testing.T) {
	t.Parallel()
	e := New()
	for _, letter := range []string{"x", "ä", "😀"} {
		weak := strings.Repeat(letter, 256)
		if got, want := e.Guesses(weak+"rWibMFACxAUGZmxhVncy", nil, 2026), e.Guesses(weak, nil, 2026); got != want {
			t.Errorf("%d of %s and more take %g guesses, without more %g", 256, letter, got, want)
		}
		if longer, shorter := e.Guesses(weak, nil, 2026), e.Guesses(weak[:len(weak)-len(letter)], nil, 2026); longer <= shorter {
			t.Errorf("256 of %s take %g guesses, 255 take %g", letter, longer, shorter)
		}
	}
}

func TestUserInputsAreGuessedFirst(t *testing.T) {
	t.Parallel()
	e := New()
	const password = "Grzegorz Brzęczyszczykiewicz"
	without := e.Guesses(password, nil, 2026)
	for _, inputs := range [][]string{{"grzegorz brzęczyszczykiewicz"}, {"GRZEGORZ BRZĘCZYSZCZYKIEWICZ", "x"}, {"x", password}} {
		if with := e.Guesses(password, inputs, 2026); with > 1000 || without < 1e10 {
			t.Errorf("with %q there are %g guesses, without %g", inputs, with, without)
		}
	}
	if first, second := e.Guesses("zbigniew", []string{"zbigniew", "x"}, 2026), e.Guesses("zbigniew", []string{"x", "zbigniew"}, 2026); first != 2 || second != 3 { // one more for the sequence of one part
		t.Errorf("the first input takes %g guesses, the second %g", first, second)
	}
}

func TestYearsCloseToThePresentTakeFewerGuesses(t *testing.T) {
	t.Parallel()
	e := New()
	for year, want := range map[int]float64{1926: 60, 1980: 20, 1990: 20, 2026: 40} {
		if got := e.Guesses("1986", nil, year); got != want+1 { // plus one for the sequence of one part
			t.Errorf("1986 takes %g guesses in %d, want %g", got, year, want+1)
		}
	}
}

func TestCommonPasswordsMatchWholeAndCaseInsensitively(t *testing.T) {
	t.Parallel()
	e := New()
	for password, want := range map[string]bool{
		"123456": true, "password": true, "PassWord": true, "qwertyuiop": true, "Trustno1": true, "PASSWORD1": true, "1qaz2wsx": true, // the list of passwords
		"jennifer": true, "Michelle": true, "computer": true, // common passwords that are in other lists
		"passwordqz": false, "mypassword!": false, "correct horse battery staple": false, "": false, "pаssword": false, // the last with a Cyrillic а
		"zzyzx": false, "wiretapping": false, // a low rank
	} {
		if got := e.IsCommon(password); got != want {
			t.Errorf("%q is common: %v", password, got)
		}
	}
}

func TestEstimatorIsSafeForConcurrentUse(t *testing.T) {
	t.Parallel()
	e := New()
	want := e.Guesses("Tr0ub4dor&3", []string{"ada"}, 2026)
	for range 8 {
		t.Run("", func(t *testing.T) {
			t.Parallel()
			for range 50 {
				if got := e.Guesses("Tr0ub4dor&3", []string{"ada"}, 2026); got != want {
					t.Errorf("got %g, want %g", got, want)
				}
			}
		})
	}
}

func FuzzGuesses(f *testing.F) {
	e := New()
	for _, seed := range hostile(64) {
		f.Add(seed, "ada", 2026)
	}
	f.Add("Tr0ub4dor&3", "troubador", 1999)
	f.Add("\xff\xed\xa0\x80İΣ4@", "İ\xffΣ", -1)
	f.Fuzz(func(t *testing.T, password, input string, year int) {
		year %= 10_000
		guesses := e.Guesses(password, []string{input, "CRM"}, year)
		if again := e.Guesses(password, []string{input, "CRM"}, year); again != guesses {
			t.Fatalf("%+q takes %g guesses, then %g", password, guesses, again)
		}
		if score := Score(guesses); !(guesses >= 1 && guesses <= math.MaxFloat64) || score < 0 || score > 4 {
			t.Fatalf("%+q takes %g guesses, score %d", password, guesses, score)
		}
		e.IsCommon(password)
	})
}

// hostile returns passwords of a length that are expensive to estimate.
func hostile(length int) map[string]string {
	fill := func(text string) string {
		return string([]rune(strings.Repeat(text, length))[:length])
	}
	return map[string]string{
		"one letter":       fill("a"),
		"two letters":      fill("ab"),
		"nested repeats":   fill("aabaabcaabaabcd"),
		"almost repeats":   fill(strings.Repeat("a", length/2-1) + "b"),
		"digits":           fill("11121314151617181920"),
		"dates":            fill("1/1/91.2.2.92-3-3-93"),
		"signs":            fill("4@8({[<3691!|70$5+%2"),
		"signs in words":   fill("p4$5w0rd|1{<[(@869!7+%23"),
		"signs, dotted I":  fill("İp4$5w0rd|1{<[(@869!7+%23"),
		"words":            fill("theoneandonlyinhishouse"),
		"walks":            fill("qwertyuioplkjhgfdsazxcvbnm"),
		"keypad":           fill("147258369"),
		"beyond the plane": fill("😀😁"),
		"random":           fill("x9Qz%kV2b#Lw8rT!mJ4c&Yh7Pd0s"),
	}
}

// Names of the benchmarks have the kind of password and its number of
// characters.
func BenchmarkGuesses(b *testing.B) {
	e := New()
	for _, length := range []int{16, 256, 1024} {
		for name, password := range hostile(length) {
			b.Run(name+"/"+strconv.Itoa(length), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					e.Guesses(password, []string{"ada", "ada@example.com", "CRM"}, 2026)
				}
			})
		}
	}
}
