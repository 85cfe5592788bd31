package signup

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/enrol-sso/enrol/kv"
)

// dispatch delivers events that are due, the oldest first. Several dispatchers
// may work on one store: each event is leased before it is delivered.
func (r *run) dispatch(data []byte) (any, *Error) {
	request, err := readDispatch(data)
	r.adopt(request.CID, "")
	if err != nil {
		return nil, err
	}
	if err := r.loadMeta(); err != nil {
		return nil, err
	}
	d := &dispatcher{run: r, left: request.Limit, down: map[string]int64{}, answer: DispatchResponse{Response: accepted(r.cid)}}
	for bucket := range r.meta.buckets {
		if err := d.bucket(bucket); err != nil {
			return nil, err
		}
	}
	tried := d.answer.Delivered + d.answer.Failed + d.answer.Dead
	if err := d.damage.told(d.answer.More && tried > 0); err != nil {
		return nil, err
	}
	return d.answer, nil
}

// dispatcher is one run of dispatch.
type dispatcher struct {
	*run
	left   int // events that may still be looked at
	answer DispatchResponse
	down   map[string]int64 // destinations that failed in this run, and until when their other events wait
	damage damage
}

// bucket delivers what is due in one bucket of the schedule.
func (d *dispatcher) bucket(bucket int) *Error {
	prefix := fmt.Sprintf("%s%02d/", outboxPrefix, bucket)
	entries, fault := d.host.Scan(prefix, "", d.left+1)
	if fault != nil {
		return outside("scan", fault)
	}
	for _, entry := range entries {
		due, id, err := readScheduleKey(entry.Key, prefix)
		if err != nil {
			d.damage.skip(err)
			continue
		}
		if due > d.now {
			d.soonest(due)
			return nil
		}
		if d.left == 0 {
			d.answer.More = true
			return nil
		}
		d.left--
		if err := d.damage.skip(d.deliver(id, due, entry)); err != nil {
			return err
		}
	}
	return nil
}

func readScheduleKey(key, prefix string) (due int64, id string, err *Error) {
	text, id, _ := strings.Cut(strings.TrimPrefix(key, prefix), "/")
	due, fault := strconv.ParseInt(text, 10, 64)
	if fault != nil || !isID(id) {
		return 0, "", internal("%s: the key is damaged", key)
	}
	return due, id, nil
}

// soonest notes when an event will be due again.
func (d *dispatcher) soonest(due int64) {
	if d.answer.NextDue == 0 || due < d.answer.NextDue {
		d.answer.NextDue = due
	}
}

// commit writes a batch whose loss to another dispatcher is no fault: then the
// event is the other's. Where the outcome is unknown it is not ours either, and
// comes up again when its lease ends.
func (d *dispatcher) commit(batch kv.Batch) (applied bool, err *Error) {
	if len(batch.Puts) > 0 { // to remove something needs no key, so that a change of keys meanwhile is no reason to keep it
		batch.Checks = append(batch.Checks, d.meta.checks...)
	}
	failed, fault := d.host.Commit(batch)
	switch {
	case fault == nil:
		return len(failed) == 0, nil
	case isUndecided(fault):
		return false, nil
	}
	return false, outside("commit", fault)
}
