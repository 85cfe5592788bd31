package signup

import (
	"strings"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/signup/internal/fault"
	"github.com/enrol-sso/enrol/signup/internal/keyring"
	"github.com/enrol-sso/enrol/signup/internal/record"
)

// outgoing is an event before it is known whether its claim is void. Its texts
// are JSON objects of the same length.
type outgoing struct {
	id          string
	destination string
	after       string
	due         int64  // when it may be delivered; 0: at once
	granted     string // the text if the claim is made
	nameTaken   string
	emailTaken  string
	text        string // the chosen text
}

// during chooses the text of an event.
func (o outgoing) during(f *existing) outgoing {
	switch {
	case f.addressed:
		o.text = o.emailTaken
	case f.taken:
		o.text = o.nameTaken
	default:
		o.text = o.granted
	}
	return o
}

// signupEvents returns the events of a signup: a message if there is an address
// and messages are on, and a call to each callback service.
func (r *run) signupEvents(d *draft) []outgoing {
	var events []outgoing
	if d.email != "" && r.config.Signup.Confirm.Enabled && r.config.MessageService() != "" {
		text := record.Message{
			To:         d.email,
			Username:   d.username,
			Client:     r.client(d.request.RemoteAddr),
			Expires:    d.expires,
			Locale:     locale(d.request.Attrs),
			CurrentApp: d.signupApp,
		}
		texts := padded(
			text.As(record.MessageConfirm).WithToken(d.token),
			text.As(record.MessageUsernameTaken),
			text.As(record.MessageEmailTaken),
		)
		events = append(events, outgoing{
			id:          r.nextID("event"),
			destination: record.MessageDestination,
			granted:     texts[0],
			nameTaken:   texts[1],
			emailTaken:  texts[2],
		})
	}
	data := r.callbackData(d)
	texts := padded(&record.Callback{Deliver: true, Data: data}, &record.Callback{Data: data})
	before := "" // the services are called in the order of the list
	for _, service := range r.config.Signup.CallbackServiceList {
		id := r.nextID("event")
		events = append(events, outgoing{
			id:          id,
			destination: service,
			after:       before,
			granted:     texts[0],
			nameTaken:   texts[1],
			emailTaken:  texts[1],
		})
		before = id
	}
	return events
}

// padded encodes texts and pads them to the same length with spaces, which JSON
// ignores, so that the length of a sealed text does not reveal the outcome.
func padded(texts ...record.Document) []string {
	encoded := make([]string, len(texts))
	longest := 0
	for i, text := range texts {
		encoded[i] = string(record.Encode(text))
		longest = max(longest, len(encoded[i]))
	}
	for i, text := range encoded {
		encoded[i] = text + strings.Repeat(" ", longest-len(text))
	}
	return encoded
}

// eventPuts returns the puts of an event and of its place in the schedule, due
// at once.
func (r *run) eventPuts(event outgoing, userID string) []kv.Put {
	stored := record.Event{
		V:           record.Version,
		ID:          event.id,
		User:        userID,
		Destination: event.destination,
		After:       event.after,
		Created:     r.now,
		Due:         event.due,
		Sealed:      r.writer().Seal(r.seed, record.EventPlace(event.id), event.text),
	}
	return []kv.Put{record.Put(record.EventPrefix+event.id, &stored), r.schedulePut(&stored)}
}

// eventText opens the text of an event.
func (r *run) eventText(event *record.Event) (string, *Error) {
	return keyring.Open(r.keys, record.EventPlace(event.ID), event.Sealed)
}

func damagedEvent(id string) *Error { return fault.Internal("event/%s: the record is damaged", id) }

// renew seals an event with the writing key before the event moves to another
// list, because a pass of rekey may already be past that list.
func (r *run) renew(event *record.Event) *Error {
	if strings.HasPrefix(event.Sealed, r.writer().ID+".") {
		return nil
	}
	where := record.EventPlace(event.ID)
	text, err := keyring.Open(r.keys, where, event.Sealed)
	if err == nil {
		event.Sealed = r.writer().Seal(r.seed, where, text)
	}
	return err
}

// accountEvent returns a message about an account: that it is ready, or that it
// was rejected. There is none without an address, or if these messages are off.
func (r *run) accountEvent(c *claimed, kind, reason string) (outgoing, bool) {
	if c.email == "" || !r.config.Signup.Welcome.Enabled || r.config.MessageService() == "" {
		return outgoing{}, false
	}
	text := record.Message{
		Kind:       kind,
		To:         c.email,
		Username:   c.user.Username,
		Reason:     reason,
		Locale:     locale(c.user.Attrs),
		CurrentApp: c.user.CurrentApp,
	}
	return outgoing{
		id:          r.nextID("event"),
		destination: record.MessageDestination,
		after:       c.user.LastMessage,
		text:        string(record.Encode(&text)),
	}, true
}
