package signup

import (
	"fmt"

	"github.com/enrol-sso/enrol/kv"
)

const sentPrefix = "sent/"

// sentRecord is sent/<day>/<hmac of an address>: the messages that went to it
// on that day, UTC. The same for new accounts and for taken ones, so that a
// stranger can fill nobody's mailbox by signing up with their address.
type sentRecord struct {
	V    int   `json:"v"`
	N    int   `json:"n"`
	Last int64 `json:"last"` // when the last one went
}

// allowance says whether another message may go to an address now. If so, it
// returns what counts it, for the commit that leases the event; if not, until
// when the event has to wait. An event that was leased before has been counted.
func (d *dispatcher) allowance(event *held, address string, now int64) (count kv.Batch, until int64, err *Error) {
	most, pause := d.config.Enrol.MessageDailyCap, int64(d.config.Enrol.MessageCooldown)*1_000
	if address == "" || event.Tries > 0 || event.Lease != "" || most == 0 && pause == 0 {
		return count, 0, nil
	}
	key := fmt.Sprintf("%s%05d/%s", sentPrefix, now/dayMS, d.keys.keys[0].idem("sent", address))
	values, err := d.get(key)
	if err != nil {
		return count, 0, err
	}
	record := &sentRecord{V: recordVersion}
	if values[0].Version != "" {
		if record, err = decode[sentRecord](key, values[0]); err != nil {
			return count, 0, err
		}
	}
	switch {
	case most > 0 && record.N >= most:
		return count, (now/dayMS + 1) * dayMS, nil
	case record.N > 0 && record.Last+pause > now:
		return count, record.Last + pause, nil
	}
	count.Checks = []kv.Check{{Key: key, Version: values[0].Version}}
	count.Puts = []kv.Put{put(key, sentRecord{V: recordVersion, N: record.N + 1, Last: now})}
	return count, 0, nil
}
