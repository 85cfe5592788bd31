package ledger

import (
	"fmt"
	"math"
	"sync"
	"time"

	"github.com/anishathalye/porcupine"
)

// Thing is what clients contest: a name or an address.
type Thing struct{ Name, Email string }

func (t Thing) String() string {
	if t.Name != "" {
		return "name " + t.Name
	}
	return "address " + t.Email
}

// Verb is what a client does with a contested name or address.
type Verb int

const (
	Claim Verb = iota // own it, if nobody does
	Free              // end the ownership of Who
	Read              // who owns it
)

// Input is a request about a contested name or address.
type Input struct {
	Verb Verb
	Who  string // the claimant; "" in a read
}

// Output is the answer.
type Output struct {
	Outcome Outcome
	Owner   string // in a read: the claimant who owns it, "" for nobody
}

// register is a name or an address, which one claimant at most owns: its state
// is the owner. An operation with an unknown outcome may take effect whenever
// that is possible, or never, which is the same as after everything else.
var register = porcupine.Model{
	Init: func() any { return "" },
	Step: func(state, input, output any) (bool, any) {
		owner, in, out := state.(string), input.(Input), output.(Output)
		switch in.Verb {
		case Claim:
			switch {
			case out.Outcome == Acknowledged:
				return owner == "" || owner == in.Who, in.Who // repeating a confirm is no error
			case out.Outcome == Refused:
				return owner != "" && owner != in.Who, owner
			case owner == "":
				return true, in.Who
			}
			return true, owner
		case Free:
			switch {
			case out.Outcome == Refused:
				return owner != in.Who, owner
			case owner == in.Who:
				return true, ""
			}
			return out.Outcome == Unknown, owner
		}
		return out.Owner == owner, owner
	},
	DescribeOperation: func(input, output any) string {
		return fmt.Sprintf("%+v %+v", input, output)
	},
}

// History is what clients did with contested names and addresses, and when.
type History struct {
	start time.Time

	mu         sync.Mutex
	operations map[Thing][]porcupine.Operation
}

// NewHistory returns an empty history that begins now.
func NewHistory() *History {
	return &History{start: time.Now(), operations: map[Thing][]porcupine.Operation{}}
}

// Do runs an operation on a contested thing, and records it. Several clients may do
// so at once.
func (h *History) Do(thing Thing, input Input, run func() Output) Output {
	called := int64(time.Since(h.start))
	output := run()
	returned := int64(time.Since(h.start))
	if output.Outcome == Unknown {
		returned = math.MaxInt64
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.operations[thing] = append(h.operations[thing], porcupine.Operation{
		ClientId: len(h.operations[thing]), Input: input, Call: called, Output: output, Return: returned,
	})
	return output
}

// Count returns how many contested things there are, and how many operations on
// them.
func (h *History) Count() (things, operations int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, of := range h.operations {
		operations += len(of)
	}
	return len(h.operations), operations
}

// end records a read of each contested thing, with its owner in the end.
func (h *History) end(owner func(Thing) string) {
	now := int64(time.Since(h.start))
	h.mu.Lock()
	defer h.mu.Unlock()
	for thing, of := range h.operations {
		h.operations[thing] = append(of, porcupine.Operation{
			ClientId: len(of), Input: Input{Verb: Read}, Call: now, Output: Output{Acknowledged, owner(thing)}, Return: now,
		})
	}
}

// checkFor bounds the check of one history, which takes milliseconds.
const checkFor = time.Minute

// Problems returns each contested thing whose history is not linearizable: no
// order of its operations that agrees with real time explains their answers.
func (h *History) Problems() (problems []string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for thing, of := range h.operations {
		if result := porcupine.CheckOperationsTimeout(register, of, checkFor); result != porcupine.Ok {
			text := fmt.Sprintf("the history of the %s is not linearizable (%s):", thing, result)
			for _, o := range of {
				text += fmt.Sprintf("\n\t%v to %v: %s", time.Duration(o.Call), time.Duration(o.Return), register.DescribeOperation(o.Input, o.Output))
			}
			problems = append(problems, text)
		}
	}
	return problems
}
