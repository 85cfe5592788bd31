// Package kv is the storage contract of Enrol: what an engine needs from a
// database. Store is the one interface; kv/memory, kv/pebble, kv/postgres and
// kv/etcd implement it, and kv/kvtest is the suite that every implementation must
// pass.
//
// The package has no dependencies. The interface is not a general database: it
// has no transactions that span calls, no queries, no blobs and no expiry.
package kv

import (
	"context"
	"errors"
)

// Limits that every store MUST support. The engine stays within them, so a
// store need not check. A store that checks MUST refuse before it writes
// anything.
const (
	MaxGetKeys    = 10        // keys in one Get
	MaxChecks     = 10        // checks in one Commit
	MaxChanges    = 40        // puts and deletes in one Commit, together
	MaxKeyBytes   = 1 << 10   // bytes of one key
	MaxValueBytes = 64 << 10  // bytes of one value
	MaxBatchBytes = 256 << 10 // bytes of all keys and values of one Commit
	MaxScanLimit  = 1000      // entries in one Scan
)

// Store keeps text values under text keys.
//
// Keys are non-empty UTF-8 without NUL, grouped by "/" ("user/…", "name/…"); a
// store MUST NOT give "/" or any other character a meaning. Values are UTF-8.
// Both MUST come back byte for byte.
//
// All methods MUST be safe for concurrent use, by other processes too if the
// store can be shared at all; a store that cannot be shared MUST refuse to open
// what another process holds. Get, Scan and Commit are serializable together:
// there is one order of all calls, consistent with real time, in which each of
// them alone would have given the same answers.
//
// Durability: what a call has returned MUST survive a crash of the process and
// of the machine (kv/memory is the documented exception). That holds for reads
// too: a Get or a failed check MUST NOT depend on a write that a crash could
// still undo.
type Store interface {
	// Get returns one Value for each key, in the order of the keys, all from
	// the same moment. A key that is absent yields the zero Value.
	Get(ctx context.Context, keys []string) ([]Value, error)

	// Commit applies all of the batch or none of it.
	//
	// It applies the batch if every check holds, and reports true: the changes
	// are durable. If a check does not hold it applies nothing and reports
	// false. A failed check is an answer, never an error.
	//
	// An error means that nothing was applied, with one exception: an error that
	// matches ErrUnknown means that the outcome is unknown. A store that cannot
	// rule out that the batch was or will be applied (a lost connection, a failed
	// sync, a deadline) MUST return ErrUnknown.
	Commit(ctx context.Context, batch Batch) (applied bool, err error)

	// Scan returns up to limit entries whose keys start with prefix and are
	// greater than after, in ascending bytewise order of the UTF-8 keys. An empty
	// prefix means all keys, an empty after the first. It returns fewer than limit
	// entries only if there are no more.
	Scan(ctx context.Context, prefix, after string, limit int) ([]Entry, error)

	// Close releases the store. Running calls finish or fail; later calls fail
	// with ErrClosed. Closing twice is not an error.
	Close() error
}

// Exclusive is implemented by a Store that can report that no other process can
// use it while it is open. The opener of such a store knows that work which
// others had started in it has ended.
type Exclusive interface {
	Exclusive() bool
}

// Value is the value of a key at one moment.
type Value struct {
	// Version identifies the value, opaquely; "" means that the key is absent. It
	// is at most 64 bytes of printable ASCII. A version MUST NOT recur for another
	// value of the same key, deletion and re-creation included: a hash of the
	// value and a store-wide sequence both satisfy this, a counter per key does
	// not. The hash is better: with it, rewriting an unchanged value fails
	// nobody's checks.
	Version string
	Data    string // the value itself
}

// Entry is one key of a Scan with its value.
type Entry struct {
	Key string
	Value
}

// Batch is a guarded write. The order of changes does not matter: a key occurs
// at most once among Puts and Deletes. It may occur among the checks as well.
type Batch struct {
	Checks  []Check
	Puts    []Put
	Deletes []string // keys; deleting an absent key is not an error
}

// Check holds while the key has the version that a Get returned, "" for absent.
type Check struct {
	Key     string
	Version string
}

// Put sets a key, whether it exists or not.
type Put struct {
	Key  string
	Data string
}

// Errors that a store returns, to be matched with errors.Is.
var (
	// ErrConflict means that nothing was applied because too many others were
	// writing the same keys and the store gave up; no check is known to have
	// failed. Read again and decide again. A store that waits for something else,
	// such as a table that another program locked, MUST return another error: it
	// is unavailable, and trying again at once does not help.
	ErrConflict = errors.New("kv: too much contention, nothing was applied")

	// ErrUnknown means that it is unknown whether the batch was applied. Read
	// again to find out.
	ErrUnknown = errors.New("kv: unknown whether the batch was applied")

	// ErrClosed means that the store was closed, by Close or because it could no
	// longer guarantee durability.
	ErrClosed = errors.New("kv: store is closed")

	// ErrURL means that the URL of a store is malformed, or that a file that it names
	// cannot be used. The error MUST NOT repeat the URL, which can have a password.
	ErrURL = errors.New("kv: the URL of the store is not valid")

	// ErrInUse means that another process holds the store.
	ErrInUse = errors.New("kv: store is in use by another process")

	// ErrNewer means that a newer version of the software wrote the store.
	ErrNewer = errors.New("kv: store was written by a newer version")

	// ErrDamaged means that the data on disk is not what was written.
	ErrDamaged = errors.New("kv: store is damaged")
)
