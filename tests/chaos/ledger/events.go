package ledger

import (
	"sync"
)

// Kinds of events. The first one is a call of a callback service, and the others
// are messages.
const (
	EventSignup        = "signup"
	EventConfirm       = "confirm"
	EventConfirmResent = "confirm_resent"
	EventApproved      = "approved"
	EventRejected      = "rejected"
)

// Event is what an event is about.
type Event struct {
	Kind  string
	Name  string
	Email string
}

// Events are the events that services received.
type Events struct {
	mu     sync.Mutex
	ids    map[Event][]string // without repetitions
	about  map[string]Event   // by id
	tokens map[Event]string   // the newest one
	calls  int
	mixed  []string // ids of two events
}

// NewEvents returns the events of services that received none yet.
func NewEvents() *Events {
	return &Events{ids: map[Event][]string{}, about: map[string]Event{}, tokens: map[Event]string{}}
}

// Hear records a call of a service. The token is "" if the event has none.
func (e *Events) Hear(id string, about Event, token string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.calls++
	e.tokens[about] = token
	switch earlier, known := e.about[id]; {
	case !known:
		e.about[id] = about
		e.ids[about] = append(e.ids[about], id)
	case earlier != about:
		e.mixed = append(e.mixed, id)
	}
}

// Token returns the token of the newest event about something, or "".
func (e *Events) Token(about Event) string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.tokens[about]
}

// Count returns how many calls there were, and how many events.
func (e *Events) Count() (calls, events int) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.calls, len(e.about)
}
