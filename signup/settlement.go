package signup

import (
	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/signup/internal/record"
	"github.com/enrol-sso/enrol/signup/internal/visible"
	"github.com/enrol-sso/enrol/signup/ssoconf"
)

// maxError is the most code points of an error that an event keeps.
const maxError = 200

// settlement is the result of a call for an event and for the health of its
// destination.
type settlement struct {
	next   record.Event
	gone   bool     // delivered
	dead   bool     // became a dead letter
	well   bool     // the destination is no longer down
	health kv.Batch // writes or removes the health record
}

// settlement decides what follows from a call. Failures while the destination is
// down are counted separately, because they say nothing about the event.
func (d *dispatcher) settlement(event *held, h health, next record.Event, what *delivery, failure *CallError) settlement {
	o := settlement{gone: failure == nil}
	next.Lease = ""
	switch {
	case what.void:
	case h.unreadable && (failure == nil || failure.Kind != CallStopped):
	case failure == nil || failure.Kind == CallRefused || failure.Kind == CallFinal:
		o.well = h.Health != nil && (event.probes || h.nextIsOver(d.now)) // it answers
		if o.well || h.mixed != nil {
			o.health = h.answered(d.now)
		}
	case failure.Kind == CallStopped:
		next.Due = 0
		if h.Health != nil && h.Lease == event.Lease {
			given := *h.Health
			given.Lease, given.Until = "", 0
			o.health = kv.Batch{Checks: []kv.Check{h.check}, Puts: []kv.Put{record.Put(h.check.Key, &given)}}
		}
	default:
		o.health = h.failure(event, failure.RetryAfter, d.now)
	}
	if failure != nil && failure.Kind != CallStopped {
		next.Tries++
		next.Reason = visible.Clip(scrub(failure.Reason, event.secret), maxError)
		own := next.Tries - next.Downs
		switch {
		case failure.Kind == CallFinal:
			o.dead = true
		case failure.Kind == CallRefused:
			next.Due = d.now + doubled(retryBase, own, retryLimit)
			o.dead = own >= record.MaxTries
		case h.Health == nil: // perhaps the service only cannot take this event
			next.Due = d.now + doubled(probeBase, own, retryLimit)
			o.dead = own >= record.MaxTries
		default:
			next.Downs++
			if next.Failing == 0 || next.Failing > d.now {
				next.Failing = d.now
			}
			next.Due = d.now + doubled(probeBase, next.Downs, probeLimit)
			o.dead = next.Downs >= record.MaxTries && next.Failing <= d.now-downTime
		}
	}
	o.next = next
	return o
}

// countLost adds a failed call to the answer whose result is not recorded,
// because another dispatcher took the event after the lease ended. due is when
// the event is tried again, 0 if it no longer exists. What the other dispatcher
// does is in its own answer.
func (d *dispatcher) countLost(event *held, due int64, what *delivery, failure *CallError) {
	if failure == nil {
		return
	}
	o := d.settlement(event, health{}, *event.Event, what, failure)
	o.next.Due, o.dead = due, false
	d.count(event, o, what, failure)
}

// count adds the result of a call to the answer.
func (d *dispatcher) count(event *held, o settlement, what *delivery, failure *CallError) {
	if what.void || d.stopped {
		return
	}
	if failure == nil {
		d.answer.Delivered++
		return
	}
	due := o.next.Due
	if o.dead {
		d.answer.Dead++
		due = 0
	} else { // also a call whose event no longer exists
		d.answer.Failed++
	}
	d.answer.Failures = append(d.answer.Failures, DeliveryFailure{
		Event: event.ID, Kind: event.kind, Destination: ssoconf.ServiceLabel(event.Destination), Failure: failure.Kind,
		Reason: o.next.Reason, Tries: o.next.Tries, NextDue: timeIf(due), Dead: o.dead,
	})
}
