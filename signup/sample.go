package signup

import (
	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/signup/internal/fault"
	"github.com/enrol-sso/enrol/signup/internal/record"
)

// maxSamples is the number of places that a run tries to find a random event.
const maxSamples = 16

// sample moves a line to a random one of its ready events, the first of which
// was created at oldest. A service may fail or hang for some events only. If
// many of them are the oldest ones, those behind them would wait until each was
// tried.
//
// A place is a random time, and at that time a random id. If nothing is behind
// it, the next one is before it, because most events may be old. In the end it
// is the first event.
func (d *dispatcher) sample(l *line, oldest int64) *Error {
	l.sampled = true
	for newest, tries := max(d.now, oldest), 0; tries < maxSamples && d.looks > 0; tries++ {
		id := d.nextID("sample")
		at := oldest + (newest-oldest)*int64(record.Bucket(id, 1<<16))>>16
		after := l.prefix + record.Ready + "/" + record.TimeDigits(at) + "/" + id
		entries, failure := d.host.Scan(l.prefix, after, 1)
		if failure != nil {
			return fault.Outside("scan", failure)
		}
		d.looks--
		if found(entries) {
			l.entries, l.after, l.read = entries, entries[0].Key, false
			return nil
		}
		if newest = at - 1; newest < oldest {
			break
		}
	}
	l.rewind()
	return nil
}

// found reports whether a scan found a ready event.
func found(entries []kv.Entry) bool {
	if len(entries) == 0 {
		return false
	}
	s, ok := record.ParseSlot(entries[0].Key)
	return ok && s.State == record.Ready
}

// rewind starts a line from the beginning, without a random place.
func (l *line) rewind() {
	l.entries, l.after, l.read, l.jumped, l.wrapped = nil, "", false, "", true
}
