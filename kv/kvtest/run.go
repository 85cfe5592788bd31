// Package kvtest is the suite that every kv.Store must pass. Run is its one
// entry point: call it from a test of the store.
//
// It has a test for each sentence of the contract in package kv that a caller
// can observe, and a hammer: concurrent calls whose recorded history must have
// an order, consistent with real time, that explains every answer. Durability
// and the exclusion of other processes differ between stores; their packages
// test them.
//
// cases.json holds the cases of one caller that need no code; the suite of the
// JavaScript stores reads it too.
package kvtest

import (
	"testing"

	"github.com/enrol-sso/enrol/kv"
)

type test struct {
	name string
	run  func(s subject)
}

// Run tests the store that open returns. It calls open once for each test; the
// store must be empty then, and is closed when the test ends.
func Run(t *testing.T, open func(t *testing.T) kv.Store) {
	tests := []test{
		{"text/values come back byte for byte", valuesByteForByte},
		{"text/keys mean nothing to the store", keysMeanNothing},
		{"version/is short printable ASCII", versionIsPrintable},
		{"version/never recurs for another value", versionNeverRecurs},
		{"scan/pages see every key once", scanPages},
		{"limits/can be met", limitsCanBeMet},
		{"limits/past them a commit is refused or applied in full", limitsPast},
		{"context/one that ended leaves no half effects", contextEnded},
		{"close/later calls fail with ErrClosed", closeThenCall},
		{"close/twice is no error", closeTwice},
		{"close/running calls finish or fail", closeRunning},
		{"together/no increment is lost", togetherNoLostUpdate},
		{"together/get and scan see one moment", togetherOneMoment},
		{"together/a hammered store is serializable", togetherHammer},
	}
	for _, plain := range shared.Cases {
		tests = append(tests, test{plain.Name, plain.run})
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			store := open(t)
			t.Cleanup(func() {
				if err := store.Close(); err != nil {
					t.Errorf("close: %v", err)
				}
			})
			test.run(subject{T: t, store: store})
		})
	}
}
