package main

import (
	"slices"
	"testing"
)

// TestRepeatedIDsAreRefused expects no work at all: the requests of a batch run
// at the same time, so two with one id would decide against each other.
func TestRepeatedIDsAreRefused(t *testing.T) {
	h := newWorkdir(t)
	h.fast(request("ada"), "signup").want(exitOK)
	trail := h.read("data.audit.jsonl")
	for _, command := range []string{"approve", "reject", "lock", "unlock", "erase", "retry"} {
		args := []string{command, "one", "two", "one"}
		h.fast("", args...).want(exitMistake, command, `"one" is given twice`)
		if h.read("data.audit.jsonl") != trail {
			t.Errorf("%s was begun", command)
		}
		h.fast("", slices.Delete(args, 3, 4)...).want(exitRefused, "2 of 2 requests")
		trail = h.read("data.audit.jsonl")
	}
}
