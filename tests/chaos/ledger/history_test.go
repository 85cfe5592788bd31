package ledger

import (
	"math"
	"testing"

	"github.com/anishathalye/porcupine"
)

// at makes an operation of a history.
func at(called, returned int64, verb Verb, who string, output Output) porcupine.Operation {
	if output.Outcome == Unknown {
		returned = math.MaxInt64
	}
	return porcupine.Operation{Input: Input{verb, who}, Call: called, Return: returned, Output: output}
}

func TestAHistoryIsLinearizableOrNot(t *testing.T) {
	t.Parallel()
	yes, no, unknown := Output{Outcome: Acknowledged}, Output{Outcome: Refused}, Output{Outcome: Unknown}
	owner := func(who string) Output { return Output{Acknowledged, who} }
	for _, test := range []struct {
		name    string
		history []porcupine.Operation
		want    bool
	}{
		{"one of two at once", []porcupine.Operation{at(1, 4, Claim, "a", yes), at(2, 3, Claim, "b", no), at(5, 6, Read, "", owner("a"))}, true},
		{"both of two at once", []porcupine.Operation{at(1, 4, Claim, "a", yes), at(2, 3, Claim, "b", yes)}, false},
		{"two, one after the other", []porcupine.Operation{at(1, 2, Claim, "a", yes), at(3, 4, Claim, "b", yes)}, false},
		{"none of two", []porcupine.Operation{at(1, 4, Claim, "a", no), at(2, 3, Claim, "b", no)}, false},
		{"refused before anybody asked", []porcupine.Operation{at(1, 2, Claim, "a", no), at(3, 4, Claim, "b", yes)}, false},
		{"free between two", []porcupine.Operation{at(1, 2, Claim, "a", yes), at(3, 4, Free, "a", yes), at(5, 6, Claim, "b", yes)}, true},
		{"free at the same time", []porcupine.Operation{at(1, 2, Claim, "a", yes), at(3, 6, Free, "a", yes), at(4, 5, Claim, "b", yes), at(4, 5, Claim, "c", no)}, true},
		{"free only later", []porcupine.Operation{at(1, 2, Claim, "a", yes), at(3, 4, Claim, "b", yes), at(5, 6, Free, "a", yes)}, false},
		{"somebody with an unknown answer owns it", []porcupine.Operation{at(1, 2, Claim, "a", unknown), at(3, 4, Claim, "b", no), at(5, 6, Read, "", owner("a"))}, true},
		{"somebody with an unknown answer does not", []porcupine.Operation{at(1, 2, Claim, "a", unknown), at(3, 4, Claim, "b", yes), at(5, 6, Read, "", owner("b"))}, true},
		{"unknown after it was refused to others", []porcupine.Operation{at(1, 2, Claim, "b", no), at(3, 4, Claim, "a", unknown)}, false},
		{"an acknowledged owner is gone", []porcupine.Operation{at(1, 2, Claim, "a", yes), at(3, 4, Read, "", owner(""))}, false},
		{"another owner than the acknowledged one", []porcupine.Operation{at(1, 2, Claim, "a", yes), at(1, 2, Claim, "b", unknown), at(3, 4, Read, "", owner("b"))}, false},
		{"the owner confirms again", []porcupine.Operation{at(1, 2, Claim, "a", yes), at(3, 4, Claim, "a", yes)}, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			h := NewHistory()
			h.operations[Thing{Name: "ada"}] = test.history
			if problems := h.Problems(); (problems == nil) != test.want {
				t.Errorf("linearizable is %v, want %v: %v", problems == nil, test.want, problems)
			}
		})
	}
}

func TestOperationsAreRecordedInTheirOrder(t *testing.T) {
	t.Parallel()
	h := NewHistory()
	for _, who := range []string{"a", "b"} {
		h.Do(Thing{Name: "ada"}, Input{Claim, who}, func() Output { return Output{Outcome: Acknowledged} })
	}
	if h.Problems() == nil {
		t.Error("a name with two owners is found to be linearizable")
	}
}
