package signup

import (
	"errors"

	"github.com/enrol-sso/enrol/kv"
)

// How delivery is tried, in milliseconds.
const (
	leaseTime  = 60_000 // longer than any Call may take
	waitTime   = 5_000  // of an event whose predecessor is being delivered
	retryBase  = 5_000
	retryLimit = 3_600_000
	maxTries   = 20 // about half a day
)

// maxError bounds, in code points, what an event keeps of an error.
const maxError = 200

// deliver takes one event that is due: it leases the event, calls its service,
// and removes it or puts it off. It asks for the time anew, since the events
// before it may have taken long.
func (d *dispatcher) deliver(id string, due int64, entry kv.Entry) *Error {
	now, fault := d.host.Now()
	if fault != nil {
		return outside("now", fault)
	}
	event, before, err := d.outstanding(id, due, entry)
	if err != nil || event == nil {
		return err
	}
	if before != nil {
		_, err := d.wait(event, before, now)
		return err
	}
	if until, failed := d.down[event.Destination]; failed {
		next := *event.eventRecord
		next.Due = max(until, now)
		_, err := d.postpone(event, next)
		return err
	}
	what, err := d.delivery(event, now)
	if err != nil {
		return err
	}
	count, until, err := d.allowance(event, what.to, now)
	if err != nil {
		return err
	}
	if until > 0 {
		next := *event.eventRecord
		next.Due = until
		_, err := d.postpone(event, next)
		return err
	}
	leased, err := d.lease(event, count, now)
	if err != nil || !leased {
		return err
	}
	if what.void {
		event.void = true
		return d.settle(event, now, nil)
	}
	return d.settle(event, now, d.send(what.ServiceCall))
}

// send calls a service and returns why it did not accept, if it did not.
func (d *dispatcher) send(call ServiceCall) error {
	if call.Service == "" {
		return errors.New("there is no message service any more: set main.smtp_conn or main.email_service")
	}
	_, fault := d.host.Call(call)
	return fault
}

// held is an event as it is in the store.
type held struct {
	*eventRecord
	index string // its key in the schedule
	check kv.Check
	void  bool // nobody is called
}

// removal takes an event out of the store.
func (e *held) removal() kv.Batch {
	return kv.Batch{Checks: []kv.Check{e.check}, Deletes: []string{eventPrefix + e.ID, e.index}}
}

// outstanding reads the event of an entry in the schedule, and the one it has
// to wait for. An event that is nil is another dispatcher's by now.
func (d *dispatcher) outstanding(id string, due int64, entry kv.Entry) (event *held, before *eventRecord, err *Error) {
	schedule, err := decode[scheduleRecord](entry.Key, entry.Value)
	if err != nil {
		return nil, nil, err
	}
	keys := []string{entry.Key, eventPrefix + id}
	if schedule.After != "" {
		keys = append(keys, eventPrefix+schedule.After)
	}
	values, err := d.get(keys...)
	if err != nil || values[0].Version == "" {
		return nil, nil, err
	}
	if values[1].Version == "" { // an entry that leads nowhere
		_, err := d.commit(kv.Batch{
			Checks:  []kv.Check{{Key: entry.Key, Version: values[0].Version}},
			Deletes: []string{entry.Key},
		})
		return nil, nil, err
	}
	record, err := decode[eventRecord](keys[1], values[1])
	if err != nil {
		return nil, nil, err
	}
	if record.Due != due {
		return nil, nil, internal("%s: the event is due at another time than its record says", entry.Key)
	}
	if len(values) == 3 && values[2].Version != "" {
		if before, err = decode[eventRecord](keys[2], values[2]); err != nil {
			return nil, nil, err
		}
	}
	check := kv.Check{Key: keys[1], Version: values[1].Version}
	return &held{eventRecord: record, index: entry.Key, check: check}, before, nil
}

// wait puts an event off until its predecessor may have been delivered.
func (d *dispatcher) wait(event *held, before *eventRecord, now int64) (moved bool, err *Error) {
	next := *event.eventRecord
	next.Due = now + waitTime
	if before.Lease == "" {
		next.Due = max(next.Due, before.Due)
	}
	return d.postpone(event, next)
}

// lease makes an event this run's until the lease ends. What counts the message
// goes with it.
func (d *dispatcher) lease(event *held, count kv.Batch, now int64) (leased bool, err *Error) {
	next := *event.eventRecord
	next.Due = now + leaseTime
	next.Lease = d.nextID("lease")
	return d.move(event, next, count)
}

// move rewrites an event and its place in the schedule, with what else is to be
// in the same commit.
func (d *dispatcher) move(event *held, next eventRecord, batch kv.Batch) (applied bool, err *Error) {
	batch.Checks = append(batch.Checks, event.check)
	batch.Puts = append(batch.Puts, put(eventPrefix+next.ID, next), d.schedulePut(&next))
	if index := d.scheduleKey(&next); index != event.index {
		batch.Deletes = []string{event.index}
	}
	applied, err = d.commit(batch)
	if applied {
		event.eventRecord, event.index = &next, d.scheduleKey(&next)
	}
	return applied, err
}

// settle writes what became of a call, unless the lease ended meanwhile and
// another dispatcher took over. Where another changed the record under the
// lease, as rekey does, it looks again: the call was made, and is not to be
// made once more for that.
func (d *dispatcher) settle(event *held, now int64, fault error) *Error {
	key := eventPrefix + event.ID
	for attempt := range maxAttempts {
		values, err := d.get(key)
		if err != nil || values[0].Version == "" {
			return err
		}
		record, err := decode[eventRecord](key, values[0])
		if err != nil || record.Lease != event.Lease {
			return err
		}
		if attempt == 0 {
			d.count(event, fault)
		}
		event.check.Version = values[0].Version
		event.index = d.scheduleKey(record) // another may have put it off when the lease had run out
		if settled, err := d.conclude(event, *record, now, fault); err != nil || settled {
			return err
		}
	}
	d.soonest(event.Due) // it comes up again when the lease ends
	return nil
}

// count adds what became of a call to the answer.
func (d *dispatcher) count(event *held, fault error) {
	switch {
	case fault == nil && event.void:
	case fault == nil:
		d.answer.Delivered++
	case event.Tries+1 >= maxTries:
		d.answer.Dead++
	default:
		d.answer.Failed++
	}
}

// conclude removes an event that was delivered, puts one off that was not, and
// buries one that was tried for the last time.
func (d *dispatcher) conclude(event *held, next eventRecord, now int64, fault error) (settled bool, err *Error) {
	if fault == nil {
		return d.commit(event.removal())
	}
	next.Lease = ""
	next.Tries++
	next.Reason = clip(fault.Error(), maxError)
	if next.Tries >= maxTries {
		return d.bury(event, next, now)
	}
	next.Due = now + backOff(next.Tries)
	d.down[event.Destination] = next.Due
	return d.postpone(event, next)
}

// postpone puts an event off.
func (d *dispatcher) postpone(event *held, next eventRecord) (moved bool, err *Error) {
	moved, err = d.move(event, next, kv.Batch{})
	if moved {
		d.soonest(next.Due)
	}
	return moved, err
}

// bury makes an event a dead letter.
func (d *dispatcher) bury(event *held, next eventRecord, now int64) (applied bool, err *Error) {
	if err := d.renew(&next); err != nil {
		return false, err
	}
	batch := event.removal()
	batch.Puts = []kv.Put{put(timed("dead", d.meta.bucket(next.User), now, next.ID), next)}
	return d.commit(batch)
}

// backOff is how long an event waits after its n-th failure, in milliseconds.
func backOff(n int) int64 {
	delay := int64(retryBase)
	for ; n > 1 && delay < retryLimit; n-- {
		delay *= 2
	}
	return min(delay, retryLimit)
}

// isUndecided says whether an error of Commit leaves open what happens next,
// rather than saying that the store is at fault.
func isUndecided(fault error) bool {
	return errors.Is(fault, kv.ErrConflict) || errors.Is(fault, kv.ErrUnknown)
}
