//go:build differential

// Package zxcvbn compares the core's estimates with the estimates of the npm
// package zxcvbn, and its word lists with that package's.
package zxcvbn

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"reflect"
	"strconv"
	"testing"
	"time"

	"github.com/enrol-sso/enrol/signup/zxcvbn"
	"github.com/enrol-sso/enrol/signup/zxcvbn/words"
	"github.com/enrol-sso/enrol/tests/differential/peer"
)

// answer is the reference's result for a password.
type answer struct {
	guesses     float64
	score       int
	warning     string
	suggestions []string
}

func (a *answer) UnmarshalJSON(data []byte) error {
	return json.Unmarshal(data, &[]any{&a.guesses, &a.score, &a.warning, &a.suggestions})
}

const (
	passwords = 102_000
	processes = 2
	tolerance = 1e-9 // relative: the product of the same factors in another order may differ by a bit
)

func TestGuessesAgreeWithTheReference(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	g := &generator{rand.New(rand.NewPCG(seed, 0)), words.Load()}
	estimator := zxcvbn.New()
	for part := range processes {
		questions := make([]question, passwords/processes)
		for i := range questions {
			questions[i] = g.question()
		}
		t.Run(strconv.Itoa(part+1), func(t *testing.T) {
			t.Parallel()
			compare(t, seed, estimator, questions)
		})
	}
}

func compare(t *testing.T, seed uint64, estimator *zxcvbn.Estimator, questions []question) {
	t.Helper()
	scores := [5]int{}
	told := map[string]int{}
	for i, want := range peer.Node[question, answer](t, "judge.mjs", questions) {
		q := questions[i]
		guesses := estimator.Guesses(q.Password, q.Inputs, q.Year)
		if score := zxcvbn.Score(guesses); score != want.score || !(math.Abs(guesses/want.guesses-1) < tolerance) {
			t.Errorf("seed %d: %+q with %+q in %d: got %g, %d, the reference says %g, %d",
				seed, q.Password, q.Inputs, q.Year, guesses, score, want.guesses, want.score)
		}
		if got := estimator.Strength(q.Password, q.Inputs, q.Year); !reflect.DeepEqual(got, want.strength()) {
			t.Errorf("seed %d: %+q with %+q in %d: got %+v, the reference says %+v", seed, q.Password, q.Inputs, q.Year, got, want.strength())
		}
		scores[want.score]++
		for _, text := range append(want.suggestions, want.warning) {
			told[text]++
		}
	}
	t.Logf("seed %d: passwords by score: %d, by feedback: %v", seed, scores, told)
}
