//go:build differential

package zxcvbn

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"reflect"
	"testing"

	"github.com/enrol-sso/enrol/signup/zxcvbn"
	"github.com/enrol-sso/enrol/signup/zxcvbn/words"
	"github.com/enrol-sso/enrol/tests/differential/peer"
)

// The committed file is what the lists of the npm package give.
func TestPackedListsMatchThePackage(t *testing.T) {
	t.Parallel()
	printed, err := exec.Command("node", "lists.mjs").Output()
	if err != nil {
		t.Fatal(err)
	}
	var named map[string][]string
	if err := json.Unmarshal(printed, &named); err != nil {
		t.Fatal(err)
	}
	var lists [len(words.Lists)][]string
	total := 0
	for i, name := range words.Lists {
		lists[i] = named[name]
		total += len(lists[i])
	}
	data, err := words.Pack(lists)
	if err != nil {
		t.Fatal(err)
	}
	committed, err := os.ReadFile("../../../signup/zxcvbn/words/words.bin")
	if err != nil {
		t.Fatal(err)
	}
	if len(named) != len(lists) || !bytes.Equal(data, committed) {
		t.Errorf("the committed lists are not those of the package: make words")
	}
	if loaded := words.Load().Len(); loaded != total {
		t.Errorf("%d words are loaded of %d", loaded, total)
	}
}

// The vectors of the unit tests are what the package says.
func TestVectorsMatchThePackage(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("../../../signup/zxcvbn/testdata/vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	var vectors []struct {
		question
		Guesses     float64
		Score       int
		Warning     zxcvbn.Warning
		Suggestions []zxcvbn.Suggestion
	}
	if err := json.Unmarshal(data, &vectors); err != nil {
		t.Fatal(err)
	}
	var questions []question
	for _, v := range vectors {
		questions = append(questions, v.question)
	}
	for i, got := range peer.Node[question, answer](t, "judge.mjs", questions) {
		v := vectors[i]
		strength := zxcvbn.Strength{Score: v.Score, Warning: v.Warning, Suggestions: v.Suggestions}
		if got.guesses != v.Guesses || !reflect.DeepEqual(got.strength(), strength) {
			t.Errorf("%+q: the package says %g, %+v, the vector %g, %+v", v.Password, got.guesses, got.strength(), v.Guesses, strength)
		}
	}
}
