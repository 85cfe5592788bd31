package signup

import (
	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/signup/internal/fault"
	"github.com/enrol-sso/enrol/signup/internal/record"
)

// Times and limits of delivery, in milliseconds.
const (
	leaseTime  = 60_000 // longer than any Call may take
	turnTime   = 5_000  // how long an event waits for the previous callback service
	retryBase  = 5_000
	retryLimit = 3_600_000
	downTime   = 12 * hourMS
)

// held is an event as it is in the store.
type held struct {
	*record.Event
	index  string // its key in the schedule
	check  kv.Check
	kind   string       // the kind of message, or "callback"
	secret confidential // what no error may repeat
	state  string       // in the schedule, when the run began with it
	probes bool         // its destination is down, and this call finds out whether it still is
}

// fresh reports whether the event was not tried before, see record.IsFresh.
func (e *held) fresh() bool { return record.IsFresh(e.state) }

// removal returns the batch that removes the event from the store.
func (e *held) removal() kv.Batch {
	return kv.Batch{Checks: []kv.Check{e.check}, Deletes: []string{record.EventPrefix + e.ID, e.index}}
}

// deliver takes one event: it leases the event, calls its service, and removes
// the event or postpones it. again reports whether a concurrent change
// interfered and the event must be read again.
func (d *dispatcher) deliver(q *queue, entry *kv.Entry) (again bool, err *Error) {
	event, before, h, err := d.outstanding(q, entry)
	if err != nil || event == nil {
		return false, err
	}
	q.name = event.Destination
	q.rests = h.rests(d.now)
	if until := q.rests.of(event.state); until != 0 {
		q.stay(until)
		return false, nil
	}
	if h.Health != nil && event.fresh() && !q.sampling { // others are more likely to show that it is well
		q.sampling = true
		q.again()
		return false, nil
	}
	if before != nil {
		until, err := d.waits(event, before)
		if err != nil {
			return false, err
		}
		if until > 0 {
			q.pass(until)
			return false, nil
		}
	}
	what, err := d.delivery(event)
	if err != nil {
		return false, err
	}
	admitted, err := d.admission(event, what)
	if err != nil {
		return false, err
	}
	d.left--
	q.turns++
	switch {
	case admitted.dropped:
		return d.drop(event, admitted)
	case admitted.until > 0:
		next := *event.Event
		next.Due, next.Lease, next.Postponed = admitted.until, "", admitted.until > d.now+retryLimit
		outcome, err := d.move(event, next, admitted.batch)
		if err != nil || outcome != committed {
			return outcome == overtaken, err
		}
		d.answer.Dropped += admitted.others
		q.soonest(next.Due)
		return false, nil
	}
	outcome, err := d.lease(event, h, what, admitted.batch)
	if err != nil || outcome != committed {
		return outcome == overtaken, err
	}
	d.answer.Dropped += admitted.others
	if what.void {
		return false, d.settle(q, event, what, nil)
	}
	failure := d.send(what.ServiceCall)
	if failure != nil && failure.Kind != CallStopped {
		_ = d.readClock() // waits begin when the call ends; without a clock, when it began
	}
	return false, d.settle(q, event, what, failure)
}

// send calls a service and returns why it did not accept, or nil.
func (d *dispatcher) send(call ServiceCall) *CallError {
	if call.Service == "" {
		return &CallError{Kind: CallDown, Reason: "the message service was removed: set main.smtp_conn or main.email_service"}
	}
	if _, failure := d.host.Call(call); failure != nil {
		return callError(failure)
	}
	return nil
}

// outstanding reads the event of a place in the schedule, the event that it may
// wait for, and the health of its destination. The event is nil if another
// dispatcher has it.
func (d *dispatcher) outstanding(q *queue, entry *kv.Entry) (event *held, before *record.Event, h health, err *Error) {
	s, _ := record.ParseSlot(entry.Key)
	schedule, err := record.Decode[record.Schedule](entry.Key, entry.Value)
	if err != nil {
		return nil, nil, h, err
	}
	keys := []string{entry.Key, record.EventPrefix + s.ID, record.HealthPrefix + q.id}
	if schedule.After != "" {
		keys = append(keys, record.EventPrefix+schedule.After)
	}
	values, err := d.get(keys...)
	if err != nil || values[0].Version == "" {
		return nil, nil, h, err
	}
	if values[1].Version == "" { // a place that leads nowhere
		d.left--
		_, err := d.commit(kv.Batch{
			Checks:  []kv.Check{{Key: entry.Key, Version: values[0].Version}},
			Deletes: []string{entry.Key},
		})
		return nil, nil, h, err
	}
	stored, err := record.Decode[record.Event](keys[1], values[1])
	if err != nil {
		return nil, nil, h, err
	}
	if d.scheduleKey(stored) != entry.Key {
		return nil, nil, h, fault.Internal("%s: the event is at a place that does not match its record", entry.Key)
	}
	h, err = readHealth(keys[2], values[2], d.now)
	d.damage.skip(err)
	if len(values) == 4 && values[3].Version != "" {
		before, err = record.Decode[record.Event](keys[3], values[3])
		d.damage.skip(err) // an unreadable event is not waited for
	}
	check := kv.Check{Key: keys[1], Version: values[1].Version}
	return &held{Event: stored, index: entry.Key, state: s.State, check: check}, before, h, nil
}

// waits returns until when an event must wait for another event of the same
// account, or 0.
//
// At the same destination it waits while the other event is being delivered. An
// other event that is not is a message that this one replaces, and is dropped
// in its turn. Between callback services it waits while the previous service
// answers, but only for a moment, so that no service delays another.
func (d *dispatcher) waits(event *held, before *record.Event) (until int64, err *Error) {
	if before.Destination == event.Destination {
		if before.Lease == "" || isOver(before.Due, leaseTime, d.now) {
			return 0, nil
		}
		return before.Due, nil
	}
	if before.Tries > 0 || isOver(event.Created+turnTime, turnTime, d.now) {
		return 0, nil
	}
	key := record.HealthPrefix + record.DestinationID(before.Destination)
	values, err := d.get(key)
	if err != nil || values[0].Version != "" {
		return 0, err
	}
	return event.Created + turnTime, nil
}

// drop removes a message without sending it.
func (d *dispatcher) drop(event *held, a *admission) (again bool, err *Error) {
	batch := event.removal()
	batch.Checks = append(batch.Checks, a.batch.Checks...)
	batch.Puts = a.batch.Puts
	batch.Deletes = append(batch.Deletes, a.batch.Deletes...)
	outcome, err := d.commit(batch)
	if err != nil || outcome != committed {
		return outcome == overtaken, err
	}
	if a.expired {
		d.answer.Expired++
	} else {
		d.answer.Dropped++
	}
	d.progress = true
	return false, nil
}
