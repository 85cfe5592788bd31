package kvtest

import (
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/enrol-sso/enrol/kv"
)

// operation is one call of a store and its result.
type operation struct {
	begin, end int64 // by the clock of the history; end is never for lost answers

	// One of these is set.
	get    []string
	scan   *scanRange
	commit *kv.Batch

	values  []kv.Value // the result of a get
	entries []kv.Entry // the result of a scan
	refused bool       // a commit was not applied
}

type scanRange struct {
	prefix, after string
	limit         int
}

// never is the end of an operation that may take effect at any time or not at
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
	return fmt.Sprintf("[%d,%d] commit %+v = applied %v", o.begin, o.end, *o.commit, !o.refused)
}

// history has the calls of concurrent callers and their results. Its clock
// ticks at each start and end, so that its times show which operations followed
// each other in real time.
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
