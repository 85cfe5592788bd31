package signup

import (
	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/signup/internal/record"
)

// The schedule has a separate list for each destination and bucket, so that
// destinations do not affect each other.

// maxDelay is longer than any event is postponed, in milliseconds. An event
// that is due later was postponed by a clock that was ahead, and is due now.
// Retries wait for a shorter time, so they have a list of their own: a clock
// that was only hours ahead delays none of them for hours.
const maxDelay = dayMS + hourMS

// scheduleKey returns the place of an event.
func (r *run) scheduleKey(event *record.Event) string {
	return record.ScheduleKey(event, r.meta.buckets)
}

func (r *run) schedulePut(event *record.Event) kv.Put {
	return record.Put(r.scheduleKey(event), &record.Schedule{V: record.Version, After: event.After})
}

// isDue reports whether the event of a place may be taken now.
func isDue(s record.Slot, now int64) bool {
	return s.State == record.Ready || isOver(s.At, longestWait(s.State), now)
}

// longestWait returns how long an event may stay in a state of the schedule.
func longestWait(state string) int64 {
	switch state {
	case record.Leased:
		return leaseTime
	case record.Postponed:
		return maxDelay
	}
	return retryLimit
}

// maxSkew is how far the clocks of several machines may differ, in
// milliseconds.
const maxSkew = 60_000

// isOver reports whether a wait until some time is over. A wait that is longer
// than any such wait was set by a clock that was ahead, and is over.
func isOver(until, longest, now int64) bool { return until <= now || until > now+longest+maxSkew }
