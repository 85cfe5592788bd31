package signup

import (
	"strings"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/signup/internal/fault"
	"github.com/enrol-sso/enrol/signup/internal/record"
)

// Times of probing a destination that is down, in milliseconds.
const (
	firstShort = 25     // after the second failure in a row, doubled with each further one
	firstRest  = 250    // between calls of fresh events, at most
	firstMany  = 40     // calls of fresh events in a row after which it is probeBase
	answerLast = 10_000 // after an answer, in which failures do not show that it is down
	answerStep = 2_000  // between records of answers
	probeBase  = 1_000
	probeLimit = 60_000
	maxRest    = hourMS // the longest Retry-After that is obeyed
)

// rests says until when no event may be called, 0 if one may.
type rests struct {
	fresh int64 // for events that were not tried before
	tried int64 // for the others
}

// of returns the rest of the events in a state of the schedule.
func (r rests) of(state string) int64 {
	if record.IsFresh(state) {
		return r.fresh
	}
	return r.tried
}

// end returns when the first of both rests ends, 0 if an event may be called.
func (r rests) end() int64 { return min(r.fresh, r.tried) }

// rests returns until when no calls may be made.
func (h health) rests(now int64) rests {
	var r rests
	switch {
	case h.Health == nil:
		return r
	case h.Lease != "" && !isOver(h.Until, leaseTime, now):
		r.tried = h.Until
	case !h.nextIsOver(now):
		r.tried = h.Next
	}
	if !isOver(h.Fresh, max(probeBase, h.Asked), now) {
		r.fresh = h.Fresh
	}
	return r
}

// nextIsOver reports whether an event that was tried before may be called, if
// no other one is.
func (h health) nextIsOver(now int64) bool {
	return isOver(h.Next, max(probeLimit, h.Asked), now)
}

// probed returns the record while an event is called. A fresh event does not
// keep the lease: the next one waits only for a moment, even if the call hangs or
// its process dies.
func (h health) probed(event *held, lease string, now int64) record.Health {
	next := *h.Health
	if event.fresh() {
		next.Firsts++
		next.Fresh, next.Probe = now+restAfter(next.Firsts, firstRest), lease
	} else {
		next.Lease, next.Until = lease, now+leaseTime
	}
	return next
}

// failed returns the record after another failure. Only the failure of a probe
// counts, because the other calls were already running when the destination
// failed.
func (h health) failed(event *held, retryAfter int, now int64) record.Health {
	rest := min(int64(retryAfter)*1_000, maxRest)
	asked := now + rest
	if h.Health == nil {
		return record.Health{V: record.Version, Failures: 1, Next: asked, Fresh: asked, Asked: rest}
	}
	next := *h.Health
	switch {
	case next.Lease == event.Lease:
		next.Failures++
		next.Lease, next.Until = "", 0
		next.Next = now + doubled(probeBase, next.Failures-1, probeLimit)
	case next.Probe == event.Lease: // no other one was called meanwhile
		next.Fresh = now + restAfter(next.Firsts, doubled(firstShort, next.Firsts, firstRest))
	}
	switch {
	case retryAfter > 0:
		next.Next, next.Fresh, next.Asked = asked, asked, rest
	case max(next.Next, next.Fresh) <= now+probeLimit: // the last one is over
		next.Asked = 0
	}
	return next
}

// restAfter returns how long fresh events rest after some calls in a row.
func restAfter(firsts int, few int64) int64 {
	if firsts >= firstMany {
		return probeBase
	}
	return few
}

// doubled returns base, doubled with each step after the first.
func doubled(base int64, steps int, limit int64) int64 {
	for ; steps > 1 && base < limit; steps-- {
		base *= 2
	}
	return min(base, limit)
}

// health is what the store says about a destination. The record is nil if the
// destination is well, or if the record is unreadable. An unreadable record is
// never overwritten: events are tried as if the destination was well.
type health struct {
	*record.Health
	mixed      *record.Health // the record of a destination that answered just now, and is therefore not down
	check      kv.Check
	unreadable bool
}

// readHealth returns a usable health, and the error if the record is
// unreadable.
func readHealth(key string, value kv.Value, now int64) (health, *Error) {
	h := health{check: kv.Check{Key: key, Version: value.Version}}
	if value.Version == "" {
		return h, nil
	}
	stored, err := record.Decode[record.Health](key, value)
	h.Health, h.unreadable = stored, err != nil
	if err == nil && stored.Fresh == 0 { // of an earlier version
		stored.Fresh = stored.Next
	}
	if err == nil && stored.Answered != 0 && max(now-stored.Answered, stored.Answered-now) < answerLast {
		h.Health, h.mixed = nil, stored
	}
	return h, err
}

// answered returns what to write after an answered call.
func (h health) answered(now int64) kv.Batch {
	checks := []kv.Check{h.check}
	switch {
	case h.mixed == nil: // it was down
		next := record.Health{V: record.Version, Failures: 1, Answered: now, Failed: now}
		return kv.Batch{Checks: checks, Puts: []kv.Put{record.Put(h.check.Key, &next)}}
	case now < h.mixed.Answered+answerStep:
		return kv.Batch{}
	case h.mixed.Failed <= h.mixed.Answered:
		return kv.Batch{Checks: checks, Deletes: []string{h.check.Key}}
	}
	next := *h.mixed
	next.Answered = now
	return kv.Batch{Checks: checks, Puts: []kv.Put{record.Put(h.check.Key, &next)}}
}

// failure returns what to write after a call that failed because the
// destination is down.
func (h health) failure(event *held, retryAfter int, now int64) kv.Batch {
	next := record.Health{}
	switch {
	case h.mixed == nil || retryAfter > 0:
		next = h.failed(event, retryAfter, now)
	case h.mixed.Failed > h.mixed.Answered:
		return kv.Batch{}
	default:
		next = *h.mixed
		next.Failed = max(now, next.Answered+1)
	}
	return kv.Batch{Checks: []kv.Check{h.check}, Puts: []kv.Put{record.Put(h.check.Key, &next)}}
}

// purgeHealth removes the records of destinations that have no events.
func (p *purger) purgeHealth() *Error {
	if p.left == 0 {
		return nil
	}
	entries, failure := p.host.Scan(record.HealthPrefix, "", p.left)
	if failure != nil {
		return fault.Outside("scan", failure)
	}
	for _, entry := range entries {
		p.left--
		destination, waits := strings.TrimPrefix(entry.Key, record.HealthPrefix), false
		for bucket := 0; bucket < p.meta.buckets && !waits; bucket++ {
			events, failure := p.host.Scan(record.LinePrefix(bucket, destination), "", 1)
			if failure != nil {
				return fault.Outside("scan", failure)
			}
			waits = len(events) > 0
		}
		if waits {
			continue
		}
		batch := kv.Batch{Checks: []kv.Check{{Key: entry.Key, Version: entry.Version}}, Deletes: []string{entry.Key}}
		if err := p.remove(batch); err != nil {
			return err
		}
	}
	return nil
}
