package pebble

import "sync"

// ledger tracks which commits a crash could still undo. A commit takes a ticket
// before it is visible and settles it once it is synced. An answer that may
// depend on a commit waits until that ticket and all earlier ones are settled:
// tickets are not in the order of the log, and one watermark is simpler than a
// set.
type ledger struct {
	mu      sync.Mutex
	issued  uint64
	settled uint64              // it and all earlier ones are synced
	early   map[uint64]struct{} // synced, but not all earlier ones are
	moved   chan struct{}       // closed when settled grows; nil if nobody waits
}

func newLedger() *ledger {
	return &ledger{early: make(map[uint64]struct{})}
}

func (l *ledger) issue() uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.issued++
	return l.issued
}

// last is the newest ticket.
func (l *ledger) last() uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.issued
}

func (l *ledger) settle(ticket uint64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.early[ticket] = struct{}{}
	before := l.settled
	for {
		next := l.settled + 1
		if _, synced := l.early[next]; !synced {
			break
		}
		delete(l.early, next)
		l.settled = next
	}
	if l.settled > before && l.moved != nil {
		close(l.moved)
		l.moved = nil
	}
}

// wait returns when all tickets up to this one are settled, with true, or when
// stop is closed, with false.
func (l *ledger) wait(ticket uint64, stop <-chan struct{}) bool {
	for {
		moved := l.unsettled(ticket)
		if moved == nil {
			return true
		}
		select {
		case <-moved:
		case <-stop:
			return false
		}
	}
}

// unsettled returns nil, or a channel that is closed when the caller must check
// again.
func (l *ledger) unsettled(ticket uint64) <-chan struct{} {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.settled >= ticket {
		return nil
	}
	if l.moved == nil {
		l.moved = make(chan struct{})
	}
	return l.moved
}
