package signup

import (
	"strings"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/signup/internal/fault"
	"github.com/enrol-sso/enrol/signup/internal/record"
)

// An erased account leaves a record under record.ErasedPrefix until its
// undelivered events are removed. No list has the events of one account, so this
// reads all events, page by page. The record goes in the commit that tells the
// callback services. A purge that finds it, after a crash, continues.
// Each commit checks it, so that nobody removes what another wrote at the end.

// finishErasure removes the events of an erased account and tells the callback
// services. until is when a call that another run found has ended.
func (r *run) finishErasure(id string, until int64) *Error {
	key := record.ErasedPrefix + id
	dead := record.BucketPrefix(record.DeadPrefix, r.meta.bucket(id))
	for range maxAttempts {
		values, err := r.loadMetaAnd(key)
		if err != nil || values[0].Version == "" {
			return err
		}
		stored, err := record.Decode[record.Pending](key, values[0])
		if err != nil {
			return err
		}
		check := kv.Check{Key: key, Version: values[0].Version}
		// A retry moves a dead letter to the events, a last try moves an event to
		// the dead letters.
		swept := true
		for _, prefix := range []string{dead, record.EventPrefix, dead} {
			if swept {
				swept, err = r.sweep(prefix, id, check, &until)
			}
			if err != nil {
				return err
			}
		}
		if !swept {
			continue
		}
		outcome, err := r.commit(r.erasureBatch(stored, check, until))
		if err != nil || outcome == committed {
			return err
		}
	}
	return r.givenUp()
}

// sweep removes the events of an account from a list, and reports whether no
// concurrent change interfered. An event that is being delivered makes until the
// end of its lease, so that its service receives what follows later.
func (r *run) sweep(prefix, id string, check kv.Check, until *int64) (swept bool, err *Error) {
	for after, more := "", true; more; {
		entries, failure := r.host.Scan(prefix, after, kv.MaxScanLimit)
		if failure != nil {
			return false, fault.Outside("scan", failure)
		}
		more = len(entries) == kv.MaxScanLimit
		for _, entry := range entries {
			after = entry.Key
			event, err := record.Decode[record.Event](entry.Key, entry.Value)
			if err != nil || event.User != id { // fsck finds damaged records
				continue
			}
			if event.Lease != "" {
				*until = max(*until, event.Due)
			}
			outcome, err := r.commit(kv.Batch{
				Checks:  []kv.Check{check, {Key: entry.Key, Version: entry.Version}},
				Deletes: []string{entry.Key, r.scheduleKey(event)}, // a dead letter has no place in the schedule
			})
			if err != nil || outcome != committed {
				return false, err
			}
		}
	}
	return true, nil
}

// erasureBatch ends an erasure, and tells the callback services unless they
// know nothing of the claim.
func (r *run) erasureBatch(stored *record.Pending, check kv.Check, until int64) kv.Batch {
	batch := kv.Batch{Checks: append([]kv.Check{check}, r.meta.checks...), Deletes: []string{check.Key}}
	if stored.State == record.StateVoid {
		return batch
	}
	before := ""
	for _, service := range r.config.Signup.CallbackServiceList {
		event := outgoing{id: r.nextID("event"), destination: service, after: before, text: record.Deletion, due: until}
		batch.Puts = append(batch.Puts, r.eventPuts(event, stored.ID)...)
		before = event.id
	}
	return batch
}

// erasures continues what a crash left of erased accounts. A call that the lost
// run found may not have ended yet.
func (p *purger) erasures() *Error {
	if p.left == 0 {
		return nil
	}
	entries, failure := p.host.Scan(record.ErasedPrefix, "", p.left)
	if failure != nil {
		return fault.Outside("scan", failure)
	}
	for _, entry := range entries {
		p.left--
		err := p.finishErasure(strings.TrimPrefix(entry.Key, record.ErasedPrefix), p.now+leaseTime)
		if err := p.damage.skip(err); err != nil {
			return err
		}
		p.answer.Removed++
	}
	return nil
}
