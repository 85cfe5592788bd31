package main

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"
)

// The example is worked by hand: means 3 and 6, variances 2.5 and 10, so t is
// -3 / sqrt(2.5/5 + 10/5).
func TestWelch(t *testing.T) {
	got := welch([]float64{1, 2, 3, 4, 5}, []float64{2, 4, 6, 8, 10})
	if want := -3 / math.Sqrt(2.5); math.Abs(got-want) > 1e-12 {
		t.Errorf("t is %v, want %v", got, want)
	}
}

func TestQuantile(t *testing.T) {
	values := []float64{5, 1, 4, 2, 3}
	for part, want := range map[float64]float64{0: 1, 0.5: 3, 0.95: 5, 1: 5} {
		if got := quantile(values, part); got != want {
			t.Errorf("the quantile of %v is %v, want %v", part, got, want)
		}
	}
}

// samplesOf are times of a tenth of a second and some, where one kind takes
// longer.
func samplesOf(slower kind, by float64) []sample {
	random := rand.New(rand.NewPCG(5, 6))
	kinds := operations["signup"].names
	var samples []sample
	for n := range 20_000 {
		s := sample{kind: kind(n % len(kinds)), before: kind(random.IntN(len(kinds))), seconds: 0.1 + random.Float64()/10}
		if s.kind == slower {
			s.seconds += by
		}
		samples = append(samples, s)
	}
	return samples
}

func TestReportFindsADifference(t *testing.T) {
	for _, test := range []struct {
		by    float64
		pairs int
	}{{0, 0}, {0.01, 3}} {
		var out strings.Builder
		report(&out, operations["signup"].names, samplesOf(2, test.by))
		if got := strings.Count(out.String(), "they differ"); got != test.pairs {
			t.Errorf("slower by %v s: %d pairs differ, want %d\n%s", test.by, got, test.pairs, &out)
		}
	}
}
