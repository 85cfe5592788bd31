package kvtest

import (
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/enrol-sso/enrol/kv"
)

// operation is one call of a store and its answer.
type operation struct {
	begin, end int64 // by the clock of the history; end is never for lost answers

	// One of these is set.
	get    []string
	scan   *scanRange
	commit *kv.Batch

	values  []kv.Value // what a get returned
	entries []kv.Entry // what a scan returned
	failed  []string   // what a commit returned
}

type scanRange struct {
	prefix, after string
	limit         int
}

// never is the end of an operation whose effect may come at any time or not at
// all: a commit that ended with kv.ErrUnknown.
const never = int64(1) << 62

func (o operation) String() string {
	switch {
	case o.get != nil:
		return fmt.Sprintf("[%d,%d] get %q = %+v", o.begin, o.end, o.get, o.values)
	case o.scan != nil:
		return fmt.Sprintf("[%d,%d] scan %+v = %+v", o.begin, o.end, *o.scan, o.entries)
	case o.end == never:
		return fmt.Sprintf("[%d,?] commit %+v = unknown", o.begin, *o.commit)
	}
	return fmt.Sprintf("[%d,%d] commit %+v = failed %q", o.begin, o.end, *o.commit, o.failed)
}

// history is what concurrent callers asked and were told. Its clock ticks at
// each begin and end, so that of two operations with one after the other in
// real time the times say so.
type history struct {
	clock atomic.Int64

	mu         sync.Mutex
	operations []operation
}

func (h *history) now() int64 { return h.clock.Add(1) }

func (h *history) add(o operation) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.operations = append(h.operations, o)
}
