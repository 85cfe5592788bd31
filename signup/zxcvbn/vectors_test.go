package zxcvbn

import (
	"encoding/json"
	"math"
	"os"
	"reflect"
	"testing"
)

// The vectors are passwords with the results of the npm package zxcvbn 4.4.2,
// which make test-differential checks. They cover every pattern and every
// branch of its estimate, including the accidents.
func TestReferenceVectors(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("testdata/vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	var vectors []struct {
		Password    string
		Inputs      []string
		Year        int
		Guesses     float64
		Score       int
		Warning     Warning
		Suggestions []Suggestion
	}
	if err := json.Unmarshal(data, &vectors); err != nil || len(vectors) < 60 {
		t.Fatalf("%d vectors were read: %v", len(vectors), err)
	}
	e := New()
	scores, warned, suggested := map[int]bool{}, map[Warning]bool{}, map[Suggestion]bool{}
	for _, v := range vectors {
		guesses := e.Guesses(v.Password, v.Inputs, v.Year)
		if score := Score(guesses); score != v.Score || math.Abs(guesses-v.Guesses) > 1e-9*v.Guesses {
			t.Errorf("%+q with %+q: got %g, %d, want %g, %d", v.Password, v.Inputs, guesses, score, v.Guesses, v.Score)
		}
		want := Strength{v.Score, v.Warning, v.Suggestions}
		if got := e.Strength(v.Password, v.Inputs, v.Year); !reflect.DeepEqual(got, want) {
			t.Errorf("%+q with %+q: got %+v, want %+v", v.Password, v.Inputs, got, want)
		}
		scores[v.Score] = true
		warned[v.Warning] = true
		for _, suggestion := range v.Suggestions {
			suggested[suggestion] = true
		}
	}
	if len(warned) != 15 || len(suggested) != 13 {
		t.Errorf("the vectors have the warnings %v and the suggestions %v only", warned, suggested)
	}
	if len(scores) != 5 {
		t.Errorf("the vectors have the scores %v only", scores)
	}
}
