package signup

import (
	"cmp"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/signup/internal/record"
)

// admission is the decision of a mailbox about a message.
type admission struct {
	batch   kv.Batch // to commit together with the decision
	until   int64    // when the message may be sent; 0: now
	dropped bool     // the message must not be sent
	expired bool     // dropped, because it is too late
	others  int      // messages that the batch drops
}

// admitMessage decides about a message that a signup or a resend caused.
func (d *dispatcher) admitMessage(event *held, m *mailbox, client string, now int64) (*admission, *Error) {
	s, c := d.allotment(), m.of(client)
	if c.Event != "" && c.Event != event.ID && isNewer(c, event.Event) {
		return &admission{dropped: true}, nil
	}
	if event.Counted {
		return &admission{}, nil
	}
	replaced := ""
	if c.Due != 0 && c.Event != event.ID {
		replaced = c.Event
	}
	noteRequest(c, event.Event, now)
	a := &admission{until: m.earliest(c, s, now)}
	if a.until <= now {
		a.until = 0
		outranked, err := d.outranked(m, c, s, now)
		if err != nil {
			return nil, err
		}
		if outranked {
			a.until = now + max(m.waitOf(c, s, now), s.pause)
		}
	}
	if a.until == 0 {
		m.count(c, now)
	} else {
		c.Due = a.until
		if last := m.last(now); last != nil && last.Event == event.ID {
			last.Due = 0
			a.dropped, a.until = true, 0
		} else if last != nil {
			last.Due, replaced = 0, last.Event
		}
	}
	if replaced != "" {
		if err := d.replace(a, m, replaced); err != nil {
			return nil, err
		}
	}
	m.put()
	a.batch = m.batch
	return a, nil
}

// waitOf returns how long a client waits when it lets another go first: roughly
// until the next message may be sent.
func (m *mailbox) waitOf(c *record.Client, s allotment, now int64) int64 {
	went := m.Again
	if classOf(c, now) == newcomer {
		went = m.N - m.Again
	}
	if went+1 < s.burst {
		return 60_000
	}
	return hourMS
}

// outranked reports whether another waiting message must be sent first. It
// forgets messages that no longer exist because their claim is gone.
func (d *dispatcher) outranked(m *mailbox, c *record.Client, s allotment, now int64) (bool, *Error) {
	for {
		rival := m.rival(c, s, now)
		if rival == nil {
			return false, nil
		}
		values, err := d.get(record.EventPrefix + rival.Event)
		if err != nil || values[0].Version != "" {
			return true, err
		}
		rival.Due = 0
	}
}

// rival returns a client that must be served before c, or nil. Newcomers and
// other clients do not compete.
func (m *mailbox) rival(c *record.Client, s allotment, now int64) *record.Client {
	if s.all == 0 {
		return nil
	}
	for i := range m.Clients {
		other := &m.Clients[i]
		same := (classOf(other, now) == newcomer) == (classOf(c, now) == newcomer)
		if same && other.Due != 0 && isOver(other.Due, maxDelay, now) && other.Event != c.Event && goesBefore(other, c, now) {
			return other
		}
	}
	return nil
}

// goesBefore reports whether the message of c must be sent before the
// message of other: first by class, then by when the client was first seen, the
// newest client first. A client that floods an address was there long before
// the owner comes.
func goesBefore(c, other *record.Client, now int64) bool {
	return cmp.Or(
		cmp.Compare(classOf(other, now), classOf(c, now)),
		cmp.Compare(c.Since, other.Since),
		cmp.Compare(c.Created, other.Created),
		cmp.Compare(c.Event, other.Event),
	) > 0
}

// last returns the waiting client that is served last, if too many wait.
func (m *mailbox) last(now int64) *record.Client {
	var last *record.Client
	waiting := 0
	for i := range m.Clients {
		if c := &m.Clients[i]; c.Due != 0 {
			waiting++
			if last == nil || goesBefore(last, c, now) {
				last = c
			}
		}
	}
	if waiting <= maxWaiting {
		return nil
	}
	return last
}

// replace adds to an admission the removal of another message, unless it is
// being delivered.
func (d *dispatcher) replace(a *admission, m *mailbox, id string) *Error {
	key := record.EventPrefix + id
	values, err := d.get(key)
	if err != nil || values[0].Version == "" {
		return err
	}
	other, err := record.Decode[record.Event](key, values[0])
	if err != nil || other.Lease != "" || other.Counted {
		return err
	}
	m.batch.Checks = append(m.batch.Checks, kv.Check{Key: key, Version: values[0].Version})
	m.batch.Deletes = append(m.batch.Deletes, key, d.scheduleKey(other))
	a.others = 1
	return nil
}

// admitOwn decides about a message about an account. Part of the daily cap is
// reserved for these messages.
func (d *dispatcher) admitOwn(event *held, m *mailbox, now int64) *admission {
	if event.Counted {
		return &admission{}
	}
	if all := d.config.Enrol.MessageDailyCap; all > 0 && m.N+m.Own >= all {
		return &admission{until: midnight(now)}
	}
	m.Own, m.Last = m.Own+1, now
	m.put()
	return &admission{batch: m.batch}
}
