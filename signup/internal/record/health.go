package record

import "github.com/enrol-sso/enrol/signup/strictjson"

// Health is health/<destination id>. It exists while a destination is down: its
// events wait where they are, and single calls probe it. The first call that is
// answered ends that. The record then stays for a while, because a destination
// that answers some calls is not down, however many of the others fail.
//
// A service may fail with some events only, such as those for one address,
// which must not delay the others. So after the first failure, the next call
// may be made at once. And fresh events, which were not tried before, always
// wait only for a moment: each is called once, a few per second, and they are
// taken from random places, so that many such events in a row do not delay those
// behind them. The calls of events that were tried before become rarer with each
// failure.
type Health struct {
	V        int
	Failures int    // failed calls in a row; of those for fresh events only the first
	Next     int64  // when an event that was tried before may be called
	Lease    string // of the event that is being called
	Until    int64  // the end of that lease
	Firsts   int    // calls of fresh events since the destination is down
	Fresh    int64  // when a fresh event may be called
	Probe    string // the lease of the fresh event that was called last
	Answered int64  // when a call was answered last, roughly: for a while the destination is not down, see Failed
	Failed   int64  // the first failure after that, roughly; if there is none, the next answer removes the record
	Asked    int64  // milliseconds of the Retry-After that holds, 0 if there is none
}

func (h *Health) Members(m *strictjson.Members) {
	m.Int("v", &h.V)
	m.Int("failures", &h.Failures)
	m.Int64("next", &h.Next)
	m.Optional().String("lease", &h.Lease)
	m.Optional().Int64("until", &h.Until)
	m.Optional().Int("firsts", &h.Firsts)
	m.Optional().Int64("fresh", &h.Fresh)
	m.Optional().String("probe", &h.Probe)
	m.Optional().Int64("answered", &h.Answered)
	m.Optional().Int64("failed", &h.Failed)
	m.Optional().Int64("asked", &h.Asked)
}
