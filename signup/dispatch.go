package signup

import (
	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/signup/internal/fault"
	"github.com/enrol-sso/enrol/signup/internal/record"
	"github.com/enrol-sso/enrol/signup/ssoconf"
)

// dispatch delivers events that are due, at one destination or at all of them
// in turn. Several dispatchers may work on one store, because each event is
// leased before it is delivered. Damaged records are skipped and named in
// DispatchResponse.Damage. An effect that fails ends the run. If the run has
// already settled events, the answer keeps their counts and failures, and names
// the effect in Damage too.
func (r *run) dispatch(data []byte) (document, *Error) {
	var request DispatchRequest
	err := readRequest(data, request.members)
	r.setCID(request.CID, "")
	if err != nil {
		return nil, err
	}
	if err := r.loadMeta(); err != nil {
		return nil, err
	}
	d := &dispatcher{run: r, left: request.Limit, looks: maxLooks, freshOnly: request.FreshOnly, answer: DispatchResponse{
		Response: *accepted(r.cid), Destinations: []DestinationState{}, Failures: []DeliveryFailure{},
	}}
	if err := d.deliverDue(request.Destination); err != nil {
		if d.did() == 0 {
			return nil, err
		}
		d.answer.Damage, d.answer.More = err.Detail(), true // the next run meets the fault first, if it persists
		return &d.answer, nil
	}
	d.answer.Damage = d.damage.text
	return &d.answer, nil
}

// deliverDue delivers what is due at one destination, or at all of them if it
// is "", and records what is left.
func (d *dispatcher) deliverDue(destination string) *Error {
	if destination != "" {
		d.only(destination)
	} else if err := d.find(); err != nil {
		return err
	}
	for _, q := range d.queues {
		q.sampling = d.freshOnly
		if len(q.places) > 1 { // runs with a low limit would not reach the last buckets while the first ones have events
			q.first = record.Bucket(d.nextID("bucket"), len(q.places))
		}
		q.again()
	}
	if err := d.work(); err != nil {
		return err
	}
	return d.conclude()
}

// dispatcher is one run of dispatch.
type dispatcher struct {
	*run
	left     int // events that the run may still take
	looks    int // places in the schedule that it may still read
	queues   []*queue
	serving  *queue // the queue that uses the time since then
	progress bool   // an event was settled since the queues were read
	stopped  bool   // the host is stopping

	freshOnly bool // events that were tried before are left to others
	answer    DispatchResponse
	damage    damage
	due       int64 // when the next event is due, 0 for none
}

// did returns the number of events that the run settled.
func (d *dispatcher) did() int {
	return d.answer.Delivered + d.answer.Failed + d.answer.Dead + d.answer.Expired + d.answer.Dropped
}

// work takes events until nothing is due, or the limit is reached.
func (d *dispatcher) work() *Error {
	for d.left > 0 && !d.stopped {
		q := d.turn()
		if q == nil {
			if !d.again() {
				return nil
			}
			continue
		}
		entry, err := d.candidate(q)
		if err != nil {
			return err
		}
		if entry == nil {
			continue
		}
		if err := d.damage.skip(d.serve(q, entry)); err != nil {
			return err
		}
	}
	return nil
}

// again resets the queues whose events waited for others, if some of those were
// settled meanwhile. It reports whether there are any.
func (d *dispatcher) again() bool {
	if !d.progress {
		return false
	}
	d.progress = false
	found := false
	for _, q := range d.queues {
		if q.passed > 0 && q.rests.end() == 0 {
			q.again()
			found = true
		}
	}
	return found
}

// serve delivers one event. It reads the clock first, because earlier events
// may have taken long.
func (d *dispatcher) serve(q *queue, entry *kv.Entry) *Error {
	if err := d.readClock(); err != nil {
		return err
	}
	d.serving = q
	for range maxAttempts {
		again, err := d.deliver(q, entry)
		if err != nil || !again {
			return err
		}
	}
	q.soonest(d.now + probeBase) // concurrent changes interfere
	return nil
}

// readClock sets the time of the run. The time since the last reading counts for
// the queue that is served.
func (d *dispatcher) readClock() *Error {
	now, failure := d.host.Now()
	if failure != nil {
		return fault.Outside("now", failure)
	}
	if d.serving != nil {
		d.serving.spent += max(0, now-d.now)
	}
	d.now = now
	return nil
}

// conclude adds what is left to the answer.
func (d *dispatcher) conclude() *Error {
	for _, q := range d.queues {
		if err := d.remains(q); err != nil {
			return err
		}
		if !q.more && q.due == 0 {
			continue
		}
		if err := d.nameQueue(q); err != nil {
			return err
		}
		d.answer.Destinations = append(d.answer.Destinations, DestinationState{ID: q.id, Name: q.name, More: q.more, NextDue: timeIf(q.due)})
		d.answer.More = d.answer.More || q.more
		if q.due != 0 && (d.due == 0 || q.due < d.due) {
			d.due = q.due
		}
	}
	d.answer.NextDue = timeIf(d.due)
	return nil
}

// remains determines whether a queue has more events to deliver now. If the
// queue had no turn, it is not yet known whether the destination is down.
func (d *dispatcher) remains(q *queue) *Error {
	for known := q.turns > 0; q.rests.end() == 0; known = true {
		entry, err := d.candidate(q)
		if err != nil || entry == nil {
			return err
		}
		if !known {
			key := record.HealthPrefix + q.id
			values, err := d.get(key)
			if err != nil {
				return err
			}
			h, err := readHealth(key, values[0], d.now)
			if err := d.damage.skip(err); err != nil {
				return err
			}
			q.rests = h.rests(d.now)
		}
		s, _ := record.ParseSlot(entry.Key)
		until := q.rests.of(s.State)
		if until == 0 {
			q.more = true
			return nil
		}
		q.stay(until)
	}
	q.due = q.rests.end()
	return nil
}

// nameQueue determines the name of a destination, from the configuration or
// from an event.
func (d *dispatcher) nameQueue(q *queue) *Error {
	for _, service := range append([]string{record.MessageDestination}, d.config.Signup.CallbackServiceList...) {
		if record.DestinationID(service) == q.id {
			q.name = service
		}
	}
	if q.name == "" && q.some != "" {
		key := record.EventPrefix + q.some
		values, err := d.get(key)
		if err != nil {
			return err
		}
		if values[0].Version != "" {
			event, err := record.Decode[record.Event](key, values[0])
			if err := d.damage.skip(err); err != nil {
				return err
			}
			if event != nil {
				q.name = event.Destination
			}
		}
	}
	q.name = ssoconf.ServiceLabel(q.name)
	return nil
}

// commit writes a batch. Being overtaken by another dispatcher is not a fault.
// If the outcome is unknown, the run does not own the events: they become due
// again when the lease ends.
func (d *dispatcher) commit(batch kv.Batch) (outcome, *Error) {
	if len(batch.Puts) > 0 { // deleting needs no secret key, so it may happen while the keys change
		batch.Checks = append(batch.Checks, d.meta.checks...)
	}
	return d.run.commit(batch)
}
