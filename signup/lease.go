package signup

import (
	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/signup/internal/record"
)

// lease leases an event to this run. The same commit counts the message and, if
// the destination is down, records that this call probes it.
func (d *dispatcher) lease(event *held, h health, what *delivery, batch kv.Batch) (outcome, *Error) {
	next := *event.Event
	next.Due = d.now + leaseTime
	next.Lease = d.nextID("lease")
	next.Postponed = false
	next.Counted = next.Counted || what.to != ""
	event.probes = h.Health != nil && !what.void
	if event.probes {
		probed := h.probed(event, next.Lease, d.now)
		batch.Checks = append(batch.Checks, h.check)
		batch.Puts = append(batch.Puts, record.Put(h.check.Key, &probed))
	}
	return d.move(event, next, batch)
}

// move rewrites an event and its place in the schedule, in one commit with
// batch.
func (d *dispatcher) move(event *held, next record.Event, batch kv.Batch) (outcome, *Error) {
	batch.Checks = append(batch.Checks, event.check)
	batch.Puts = append(batch.Puts, record.Put(record.EventPrefix+next.ID, &next), d.schedulePut(&next))
	if index := d.scheduleKey(&next); index != event.index {
		batch.Deletes = append(batch.Deletes, event.index)
	}
	outcome, err := d.commit(batch)
	if err == nil && outcome == committed {
		event.Event, event.index = &next, d.scheduleKey(&next)
	}
	return outcome, err
}

// settle records the result of a call, unless the lease ended and another
// dispatcher took the event. If a concurrent change rewrote the event under the
// lease, as rekey does, it tries again, so that the call is not repeated.
func (d *dispatcher) settle(q *queue, event *held, what *delivery, failure *CallError) *Error {
	d.stopped = failure != nil && failure.Kind == CallStopped
	counted, err := d.settleUnderLease(q, event, what, failure)
	if err != nil && !counted { // the call was made anyway
		d.count(event, d.settlement(event, health{}, *event.Event, what, failure), what, failure)
	}
	return err
}

// settleUnderLease does the work of settle, and reports whether the answer
// counts the call.
func (d *dispatcher) settleUnderLease(q *queue, event *held, what *delivery, failure *CallError) (counted bool, err *Error) {
	key, healthKey := record.EventPrefix+event.ID, record.HealthPrefix+q.id
	for attempt := range maxAttempts {
		values, err := d.get(key, healthKey)
		if err != nil {
			return counted, err
		}
		if values[0].Version == "" {
			if !counted {
				d.countLost(event, 0, what, failure)
			}
			return counted, nil
		}
		stored, err := record.Decode[record.Event](key, values[0])
		if err != nil {
			return counted, err
		}
		if stored.Lease != event.Lease {
			if !counted {
				d.countLost(event, max(stored.Due, d.now), what, failure)
			}
			return counted, nil
		}
		h, err := readHealth(healthKey, values[1], d.now)
		d.damage.skip(err)
		event.check.Version = values[0].Version
		event.index = d.scheduleKey(stored) // another dispatcher may have postponed it after the lease ended
		o := d.settlement(event, h, *stored, what, failure)
		if attempt == 0 {
			d.count(event, o, what, failure)
			counted = true
		}
		outcome, err := d.write(event, o)
		if err != nil {
			return counted, err
		}
		if outcome == committed {
			d.progress = true
			if !o.gone && !o.dead && !d.stopped {
				q.soonest(o.next.Due)
			}
			switch {
			case o.well:
				q.recover()
			case h.unreadable && failure != nil && failure.Kind == CallDown: // no record says so
				q.rests = rests{fresh: d.now + probeBase, tried: d.now + probeBase}
			}
			return counted, nil
		}
	}
	q.soonest(event.Due) // it becomes due again when the lease ends
	return counted, nil
}

// write removes a delivered event, postpones a failed one, and turns one that
// failed its last try into a dead letter.
func (d *dispatcher) write(event *held, o settlement) (outcome, *Error) {
	batch := o.health
	if !o.gone && !o.dead {
		return d.move(event, o.next, batch)
	}
	removal := event.removal()
	batch.Checks = append(batch.Checks, removal.Checks...)
	batch.Deletes = append(batch.Deletes, removal.Deletes...)
	if o.dead {
		if err := d.renew(&o.next); err != nil {
			return overtaken, err
		}
		batch.Puts = append(batch.Puts, record.Put(record.TimedKey(record.DeadPrefix, d.meta.bucket(o.next.User), d.now, o.next.ID), &o.next))
	}
	return d.commit(batch)
}
