package kvtest

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// verify searches for one order of all operations of a history, consistent with
// real time, in which a store that serves them one at a time would have given
// the same answers. It fails if there is none. The search is exact: it assumes
// nothing about which keys a commit checks, or which deletion a reader saw.
//
// It walks through starts and ends in time and keeps every position that the
// store could be in: its values, and which running operations have taken
// effect. An operation must have taken effect when it ends; if not, verify
// tries all ways in which other running operations go first. Reads and refusals
// change nothing, so they take effect as soon as their answer matches: waiting
// could not make any other answer match. So only concurrent commits whose
// checks all hold branch the search. These are few, as they compete for few
// keys.
func verify(h *history) error {
	m, err := newModel(h.operations)
	if err != nil {
		return err
	}
	v := verifier{model: m, positions: map[position]bool{{}: true}}
	for _, e := range events(h.operations) {
		if e.ends {
			err = v.end(e.operation)
		} else {
			err = v.begin(e.operation)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

type event struct {
	time      int64
	operation *operation
	ends      bool
}

func events(operations []operation) []event {
	var all []event
	for i := range operations {
		o := &operations[i]
		all = append(all, event{time: o.begin, operation: o})
		if o.end != never {
			all = append(all, event{time: o.end, operation: o, ends: true})
		}
	}
	slices.SortFunc(all, func(a, b event) int { return cmp.Compare(a.time, b.time) })
	return all
}

// position is one possible position of the store.
type position struct {
	state state
	done  slots // running operations that have taken effect
}

// slots is a set of running operations, one bit each. A lost answer keeps its
// bit forever.
type slots uint64

const maxSlots = 64

type verifier struct {
	model     *model
	running   [maxSlots]*operation
	positions map[position]bool
}

func (v *verifier) begin(o *operation) error {
	slot := slices.Index(v.running[:], nil)
	if slot < 0 {
		return errors.New("kvtest: too many operations at once, or too many lost answers, to verify")
	}
	v.running[slot] = o
	next := make(map[position]bool, len(v.positions))
	for p := range v.positions {
		next[v.settle(p)] = true
	}
	v.positions = next
	return nil
}

func (v *verifier) end(o *operation) error {
	slot := slices.Index(v.running[:], o)
	bit := slots(1) << slot
	next := make(map[position]bool, len(v.positions))
	seen := make(map[position]bool)
	var search func(p position)
	search = func(p position) {
		if seen[p] {
			return
		}
		seen[p] = true
		if p.done&bit != 0 {
			p.done &^= bit
			next[p] = true
			return
		}
		for i, other := range v.running {
			if other == nil || p.done&(1<<i) != 0 || !changes(other) {
				continue
			}
			if state, possible := v.model.step(other, p.state); possible {
				search(v.settle(position{state, p.done | 1<<i}))
			}
		}
	}
	for p := range v.positions {
		search(p)
	}
	if len(next) == 0 {
		return v.report(o)
	}
	v.running[slot] = nil
	v.positions = next
	return nil
}

// settle lets all operations take effect that change nothing and whose answers
// match.
func (v *verifier) settle(p position) position {
	for i, o := range v.running {
		if o == nil || p.done&(1<<i) != 0 || changes(o) {
			continue
		}
		if _, possible := v.model.step(o, p.state); possible {
			p.done |= 1 << i
		}
	}
	return p
}

func changes(o *operation) bool {
	return o.commit != nil && !o.refused && len(o.commit.Puts)+len(o.commit.Deletes) > 0
}

func (v *verifier) report(o *operation) error {
	var text strings.Builder
	fmt.Fprintf(&text, "no order of the calls explains the answer of\n  %v\nRunning until then:", o)
	for _, other := range v.running {
		if other != nil && other != o {
			fmt.Fprintf(&text, "\n  %v", other)
		}
	}
	text.WriteString("\nThe store could hold, before commits among these:")
	shown := make(map[state]bool)
	for p := range v.positions {
		if !shown[p.state] && len(shown) < 10 {
			shown[p.state] = true
			text.WriteString("\n " + v.model.describe(p.state))
		}
	}
	return errors.New(text.String())
}
