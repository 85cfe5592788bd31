package record

import "github.com/enrol-sso/enrol/signup/strictjson"

// MaxTries is the number of tries of an event, which take about half a day.
const MaxTries = 20

// Event is an event to deliver. What is to be sent is sealed: a Message or a
// Callback. Its place in the schedule follows from the other members, see
// ScheduleKey.
type Event struct {
	V           int
	ID          string
	User        string
	Destination string
	After       string // the event that must be delivered first
	Created     int64
	Due         int64 // 0: at once, whatever the clock says
	Tries       int
	Downs       int    // tries that failed while the destination was down
	Failing     int64  // when the first of those failed
	Lease       string // of the dispatcher that delivers it
	Postponed   bool   // on purpose, for longer than a retry waits
	Counted     bool   // as one of the messages to its address, see Mailbox
	Reason      string // why the last try failed, redacted
	Sealed      string
}

func (e *Event) Members(m *strictjson.Members) {
	m.Int("v", &e.V)
	m.String("id", &e.ID)
	m.String("user", &e.User)
	m.String("destination", &e.Destination)
	m.Optional().String("after", &e.After)
	m.Int64("created", &e.Created)
	m.Int64("due", &e.Due)
	m.Int("tries", &e.Tries)
	m.Optional().Int("downs", &e.Downs)
	m.Optional().Int64("failing", &e.Failing)
	m.Optional().String("lease", &e.Lease)
	m.Optional().Bool("postponed", &e.Postponed)
	m.Optional().Bool("counted", &e.Counted)
	m.Optional().String("reason", &e.Reason)
	m.String("sealed", &e.Sealed)
}

// Schedule is the place of an event in the schedule.
type Schedule struct {
	V     int
	After string
}

func (s *Schedule) Members(m *strictjson.Members) {
	m.Int("v", &s.V)
	m.Optional().String("after", &s.After)
}
