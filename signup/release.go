package signup

import (
	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/signup/internal/fault"
	"github.com/enrol-sso/enrol/signup/internal/record"
)

// release ends the leases of a process that is gone: its events are due at
// once, and the destinations that it probed are probed again. It reads only
// leases, which are few.
func (r *run) release() *Error {
	d := &dispatcher{run: r, looks: maxLooks}
	if err := d.find(); err != nil {
		return err
	}
	for _, q := range d.queues {
		for _, prefix := range q.places {
			if err := d.releaseLine(prefix + record.Leased + "/"); err != nil {
				return err
			}
		}
		if err := d.releaseProbe(record.HealthPrefix + q.id); err != nil {
			return err
		}
	}
	return nil
}

func (d *dispatcher) releaseLine(prefix string) *Error {
	for after := ""; ; {
		entries, failure := d.host.Scan(prefix, after, kv.MaxScanLimit)
		if failure != nil {
			return fault.Outside("scan", failure)
		}
		for _, entry := range entries {
			if err := d.damage.skip(d.releaseEvent(entry)); err != nil {
				return err
			}
			after = entry.Key
		}
		if len(entries) < kv.MaxScanLimit {
			return nil
		}
	}
}

// releaseEvent makes an event due at once, unless a concurrent change shows
// that somebody has it.
func (d *dispatcher) releaseEvent(entry kv.Entry) *Error {
	s, ok := record.ParseSlot(entry.Key)
	if !ok {
		return fault.Internal("%s: the key is damaged", entry.Key)
	}
	key := record.EventPrefix + s.ID
	values, err := d.get(key)
	if err != nil || values[0].Version == "" {
		return err
	}
	stored, err := record.Decode[record.Event](key, values[0])
	if err != nil || d.scheduleKey(stored) != entry.Key {
		return err
	}
	next := *stored
	next.Lease, next.Due = "", 0
	_, err = d.move(&held{Event: stored, index: entry.Key, check: kv.Check{Key: key, Version: values[0].Version}}, next, kv.Batch{})
	return err
}

func (d *dispatcher) releaseProbe(key string) *Error {
	values, err := d.get(key)
	if err != nil {
		return err
	}
	h, err := readHealth(key, values[0], d.now)
	if err != nil || h.Health == nil || h.Lease == "" {
		return d.damage.skip(err)
	}
	next := *h.Health
	next.Lease, next.Until = "", 0
	_, err = d.commit(kv.Batch{Checks: []kv.Check{h.check}, Puts: []kv.Put{record.Put(key, &next)}})
	return err
}
