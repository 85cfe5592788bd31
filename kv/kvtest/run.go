// Package kvtest is the suite that every kv.Store must pass. Run is its one
// entry point: call it from a test of the store.
//
// It promises a test for each sentence of the contract in package kv that a
// caller can observe, and a hammer: concurrent calls whose recorded history
// must have an order, consistent with real time, that explains every answer.
// Durability and exclusion of other processes differ from store to store and
// are tested beside each.
package kvtest

import (
	"testing"

	"github.com/enrol-sso/enrol/kv"
)

// Run tests the store that open returns. It calls open once for each test; the
// store must be empty then, and is closed when the test ends.
func Run(t *testing.T, open func(t *testing.T) kv.Store) {
	for _, test := range []struct {
		name string
		run  func(s subject)
	}{
		{"get/absent keys yield zero values", getAbsent},
		{"get/answers in the order of the keys", getInOrder},
		{"get/no keys, no values", getNothing},
		{"text/values come back byte for byte", valuesByteForByte},
		{"text/keys mean nothing to the store", keysMeanNothing},
		{"version/is short printable ASCII", versionIsPrintable},
		{"version/stays while the value stays", versionStays},
		{"version/never recurs for another value", versionNeverRecurs},
		{"commit/applies all of the batch", commitAppliesAll},
		{"commit/lists failed checks in order and applies nothing", commitListsFailedChecks},
		{"commit/a check of an absent key holds while it is absent", commitChecksAbsence},
		{"commit/a check of an unknown version fails", commitChecksUnknownVersion},
		{"commit/checked keys may change or stay", commitChangesCheckedKeys},
		{"commit/a batch may hold only checks or nothing", commitWithoutChanges},
		{"commit/deleting what is absent is no error", commitDeletesAbsent},
		{"commit/a key changed twice is refused", commitRefusesKeyTwice},
		{"scan/ascends in bytewise order", scanAscends},
		{"scan/returns versions as get tells them", scanTellsVersions},
		{"scan/prefix", scanPrefix},
		{"scan/after", scanAfter},
		{"scan/limit", scanLimit},
		{"scan/pages see every key once", scanPages},
		{"limits/can be met", limitsCanBeMet},
		{"limits/past them a commit is refused or applied in full", limitsPast},
		{"context/one that ended leaves no half effects", contextEnded},
		{"close/later calls fail with ErrClosed", closeThenCall},
		{"close/twice is no error", closeTwice},
		{"close/calls under way finish or fail", closeUnderWay},
		{"together/no increment is lost", togetherNoLostUpdate},
		{"together/get and scan see one moment", togetherOneMoment},
		{"together/a hammered store is serializable", togetherHammer},
	} {
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
