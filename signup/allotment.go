package signup

import "github.com/enrol-sso/enrol/signup/internal/record"

// allotment is the number of messages that one address may get in a day.
type allotment struct {
	all    int // 0: no limit
	others int // messages that signups and resends may cause
	again  int // part of others: for clients that are not newcomers
	often  int // part of again: for clients that had two or more
	first  int // for newcomers
	late   int // part of first: the last ones, which become available over the day
	burst  int // messages to newcomers, and to other clients, that do not wait an hour for the one before
	pause  int64
}

// allotment divides the daily cap so that no burst can use up all of it. A tenth
// is for messages about accounts. Half of the rest is for newcomers, however
// many messages persistent clients request. In the other half, a part is
// reserved for clients that had only one message, such as an owner who requests
// a resend.
func (e *Engine) allotment() allotment {
	s := allotment{all: e.config.Enrol.MessageDailyCap, pause: int64(e.config.Enrol.MessageCooldown) * 1_000}
	s.others = s.all
	if s.all >= 3 {
		s.others -= (s.all + 9) / 10
	}
	s.again = max(1, s.others/2)
	s.often = max(1, (s.others+3)/4)
	s.first = s.others - s.others/2
	s.late = s.first / 3
	s.burst = max(1, s.others/4)
	return s
}

// off reports whether there are no limits.
func (s allotment) off() bool { return s.all == 0 && s.pause == 0 }

// clientPause returns how long a client waits after its n-th message to an
// address. Each pause is four times the one before.
func (s allotment) clientPause(n int) int64 {
	pause := s.pause
	for ; n > 1 && pause < hourMS; n-- {
		pause *= 4
	}
	return min(pause, max(s.pause, hourMS))
}

// earliest returns when a message of a client may be sent, or when to check
// again.
func (m *mailbox) earliest(c *record.Client, s allotment, now int64) int64 {
	at := int64(0)
	if m.Last <= now { // otherwise the clock was ahead
		at = m.Last + s.pause
	}
	if s.all == 0 {
		return at
	}
	if classOf(c, now) == newcomer {
		// After an hour the client is no longer a newcomer, which may be better
		// for it.
		return min(max(at, m.earliestFirst(s, now)), c.Since+hourMS)
	}
	if m.N+m.Own >= s.all || m.Again >= s.again || classOf(c, now) == frequent && m.Often >= s.often {
		return midnight(now)
	}
	if m.Again >= s.burst && m.AgainAt <= now {
		at = max(at, m.AgainAt+hourMS)
	}
	if c.N > 0 && c.Last <= now {
		at = max(at, c.Last+s.clientPause(c.N))
	}
	return at
}

// earliestFirst returns when a newcomer may get a message: a few at any time,
// then one per hour, and the last ones only later in the day.
func (m *mailbox) earliestFirst(s allotment, now int64) int64 {
	at, went := int64(0), m.N-m.Again
	if m.N+m.Own >= s.all || went >= s.first {
		return midnight(now)
	}
	if late := int64(went - (s.first - s.late) + 1); late > 0 {
		at = now/dayMS*dayMS + late*dayMS/int64(s.late+1)
	}
	if went >= s.burst && m.FirstAt <= now {
		at = max(at, m.FirstAt+hourMS)
	}
	return at
}

// midnight returns when the next day begins, in UTC.
func midnight(now int64) int64 { return (now/dayMS + 1) * dayMS }

// count counts a message that is being sent to a client.
func (m *mailbox) count(c *record.Client, now int64) {
	switch class := classOf(c, now); class {
	case newcomer:
		m.FirstAt = now
	default:
		m.Again, m.AgainAt = m.Again+1, now
		if class == frequent {
			m.Often++
		}
	}
	c.N, c.Last = c.N+1, now
	m.N, m.Last = m.N+1, now
}
