package signup

import (
	"strings"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/signup/internal/fault"
	"github.com/enrol-sso/enrol/signup/internal/record"
)

// Limits of one run.
const (
	maxQueues = 200   // destinations that a run serves
	maxLooks  = 2_000 // places that a run reads
	maxPassed = 50    // events of one destination that wait for other services before a run leaves the queue
)

// queue has the events of one destination in one run.
type queue struct {
	id     string
	name   string   // of the destination, "" while it is unknown
	some   string   // the id of one of its events, to find the name
	places []string // where its events are, one prefix for each bucket
	first  int      // which of them comes first in this run
	lines  []*line  // the places with events that the run has not read
	turns  int      // events taken
	spent  int64    // milliseconds spent on them
	rests  rests    // while the destination is down
	stayed bool     // some events wait for the end of a rest
	passed int      // events that wait for others

	sampling bool  // fresh events are taken from random places, see sample
	due      int64 // when the first of those that are not due is due, 0 if there is none
	more     bool
}

// line has the events of one destination in one bucket.
type line struct {
	prefix  string
	entries []kv.Entry // read from the store and not yet used
	after   string     // where to continue reading
	read    bool       // everything is read
	sampled bool       // it began at a random place
	wrapped bool       // what comes before that place is read too
	jumped  string     // the state whose events that are not due it skipped last
}

// skip drops the fresh events, or the others, which come last.
func (l *line) skip(state string) {
	switch {
	case !record.IsFresh(state):
		l.entries, l.read = nil, true
	case !l.read:
		l.entries, l.after = nil, l.prefix+record.Postponed
	}
}

// jump skips the events of a state that are due after now, except those that a
// clock that was ahead postponed.
func (l *line) jump(state string, now int64) {
	l.jumped, l.entries = state, nil
	l.after = l.prefix + state + "/" + record.TimeDigits(min(now+longestWait(state), record.MaxTime))
}

// soonest records when an event of the queue will be due.
func (q *queue) soonest(due int64) {
	if q.due == 0 || due < q.due {
		q.due = due
	}
}

// pass records an event that waits for another one. After maxPassed of them the
// run leaves the queue: usually more follow, and reading all of them in every
// run would cost more than delivering them.
func (q *queue) pass(until int64) {
	q.soonest(until)
	if q.passed++; q.passed >= maxPassed {
		q.lines = nil
	}
}

// stay records that an event waits for the end of a rest.
func (q *queue) stay(until int64) {
	q.stayed = true
	q.soonest(until)
}

// recover ends the rests of a destination that is no longer down. The run reads
// the events that wait for that again.
func (q *queue) recover() {
	q.rests = rests{}
	if q.stayed {
		q.again()
	}
}

// again starts a queue from the beginning.
func (q *queue) again() {
	q.lines = nil
	for i := range q.places {
		q.lines = append(q.lines, &line{prefix: q.places[(q.first+i)%len(q.places)]})
	}
	q.stayed, q.passed, q.due = false, 0, 0
}

// find finds the destinations that have events, without reading the events. It
// moves places that an older version wrote to the current lists.
func (d *dispatcher) find() *Error {
	known, moved := map[string]*queue{}, 0
	for after := record.OutboxPrefix; len(d.queues) < maxQueues && d.looks > 0; {
		entries, failure := d.host.Scan(record.OutboxPrefix, after, 1)
		if failure != nil {
			return fault.Outside("scan", failure)
		}
		if len(entries) == 0 {
			return nil
		}
		key := entries[0].Key
		parts := strings.SplitN(strings.TrimPrefix(key, record.OutboxPrefix), "/", 3)
		if _, id, old := record.ParseTimedKey(key); old {
			if moved++; moved > maxOldPlaces {
				after = record.OutboxPrefix + parts[0] + "/d" // times begin with a digit: the next run moves the others
				continue
			}
			if err := d.damage.skip(d.moveOldPlace(entries[0], id)); err != nil {
				return err
			}
			after = key
			continue
		}
		if len(parts) < 3 || !record.IsBucket(parts[0]) || !record.IsDestinationID(parts[1]) {
			d.looks--
			d.damage.skip(fault.Internal("%s: the key is damaged", key))
			if after = key; len(parts) == 3 {
				after = record.OutboxPrefix + parts[0] + "/" + parts[1] + "0" // after everything else with this prefix
			}
			continue
		}
		prefix := record.OutboxPrefix + parts[0] + "/" + parts[1] + "/"
		q := known[parts[1]]
		if q == nil {
			q = &queue{id: parts[1]}
			known[q.id] = q
			d.queues = append(d.queues, q)
		}
		q.places = append(q.places, prefix)
		after = strings.TrimSuffix(prefix, "/") + "0" // the character after "/"
	}
	return nil
}

// only makes a queue for one destination and no other, even if it has no events.
func (d *dispatcher) only(id string) {
	q := &queue{id: id}
	for bucket := range d.meta.buckets {
		q.places = append(q.places, record.LinePrefix(bucket, id))
	}
	d.queues = []*queue{q}
}

// turn returns the queue whose events took the least time so far, and among
// those the one with the fewest events, or nil if none has anything to do. So a
// destination that is slow gets fewer turns.
func (d *dispatcher) turn() *queue {
	var best *queue
	for _, q := range d.queues {
		if q.rests.end() != 0 || len(q.lines) == 0 {
			continue
		}
		if best == nil || q.spent < best.spent || q.spent == best.spent && q.turns < best.turns {
			best = q
		}
	}
	return best
}

// candidate returns the next place whose event may be taken, from each bucket
// in turn, or nil. It forgets buckets that have none.
func (d *dispatcher) candidate(q *queue) (*kv.Entry, *Error) {
	for len(q.lines) > 0 {
		l := q.lines[0]
		entry, err := d.advance(q, l)
		if err != nil {
			return nil, err
		}
		if entry != nil {
			q.lines = append(q.lines[1:], l)
			return entry, nil
		}
		q.lines = q.lines[1:]
	}
	return nil, nil
}

// advance returns the next place in a line whose event may be taken, or nil.
func (d *dispatcher) advance(q *queue, l *line) (*kv.Entry, *Error) {
	for {
		for len(l.entries) > 0 {
			entry := l.entries[0]
			l.entries = l.entries[1:]
			s, ok := record.ParseSlot(entry.Key)
			if !ok {
				d.damage.skip(fault.Internal("%s: the key is damaged", entry.Key))
				continue
			}
			q.some = s.ID
			until := q.rests.of(s.State)
			switch {
			case d.freshOnly && !record.IsFresh(s.State):
				l.skip(s.State)
				continue
			case until != 0:
				q.stay(until)
				l.skip(s.State)
				continue
			case isDue(s, d.now):
				if q.sampling && !l.sampled && s.State == record.Ready && d.left > 0 {
					if err := d.sample(l, s.At); err != nil {
						return nil, err
					}
					continue
				}
				return &entry, nil
			}
			q.soonest(s.At)
			if !record.IsFresh(s.State) && l.jumped != s.State && !l.read {
				l.jump(s.State, d.now)
			}
		}
		if l.read && l.sampled && !l.wrapped {
			l.rewind()
		}
		if l.read {
			return nil, nil
		}
		if d.looks <= 0 {
			q.soonest(d.now + probeBase) // another run reads the others
			return nil, nil
		}
		limit := min(d.left+8, kv.MaxScanLimit)
		if q.rests != (rests{}) { // the first place shows whether there are events that need not wait
			limit = 1
		}
		entries, failure := d.host.Scan(l.prefix, l.after, limit)
		if failure != nil {
			return nil, fault.Outside("scan", failure)
		}
		d.looks -= len(entries)
		l.entries, l.read = entries, len(entries) < limit
		if len(entries) > 0 {
			l.after = entries[len(entries)-1].Key
		}
	}
}
