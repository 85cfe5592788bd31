package signup

import (
	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/signup/internal/record"
)

// maxOldPlaces is the most places of the older form that one run moves.
const maxOldPlaces = 100

// moveOldPlace moves an event to the list of its destination. An older version
// wrote its place as outbox/<bucket>/<due>/<event id>. A place without an event
// is removed.
func (d *dispatcher) moveOldPlace(entry kv.Entry, id string) *Error {
	key := record.EventPrefix + id
	values, err := d.get(entry.Key, key)
	if err != nil || values[0].Version == "" {
		return err
	}
	old := kv.Check{Key: entry.Key, Version: values[0].Version}
	if values[1].Version == "" {
		_, err := d.commit(kv.Batch{Checks: []kv.Check{old}, Deletes: []string{old.Key}})
		return err
	}
	stored, err := record.Decode[record.Event](key, values[1])
	if err != nil {
		return err
	}
	event := &held{Event: stored, index: old.Key, check: kv.Check{Key: key, Version: values[1].Version}}
	_, err = d.move(event, *stored, kv.Batch{Checks: []kv.Check{old}})
	return err
}
