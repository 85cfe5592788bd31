package fsck

import (
	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/signup/internal/record"
)

// eventFacts is what the schedule is checked against.
type eventFacts struct {
	event  record.Event // the members that determine its place
	places int          // number of places in the schedule
}

// deadFacts is a dead letter. Its place is checked when the number of buckets
// is known.
type deadFacts struct {
	key  string
	user string
}

// addEvent checks an outstanding event. Its account may be gone. The event that
// it waits for may be delivered or outstanding.
func (c *Checker) addEvent(entry kv.Entry, id string) {
	event := c.readEvent(entry, id)
	if event == nil {
		if record.IsID(id) {
			c.events[id] = nil // it exists, but nothing else is known
		}
		return
	}
	if own := event.Tries - event.Downs; own >= record.MaxTries {
		c.find(entry.Key, "was tried %d times and is not a dead letter", own)
	}
	c.events[id] = &eventFacts{event: record.Event{
		ID: id, User: event.User, Destination: event.Destination, After: event.After, Created: event.Created, Due: event.Due, Lease: event.Lease,
		Postponed: event.Postponed,
	}}
}

// readEvent reads an event, outstanding or dead, or returns nil if it is
// damaged.
func (c *Checker) readEvent(entry kv.Entry, id string) *record.Event {
	event := readEntry[record.Event](c, entry)
	switch {
	case event == nil:
		return nil
	case !record.IsID(id), event.ID != id:
		c.find(entry.Key, "the record is damaged: it is the event %q", event.ID)
		return nil
	case !record.IsID(event.User), event.Destination == "", !isTime(event.Due), !isTime(event.Created), !isTime(event.Failing),
		event.Downs < 0, event.Tries < event.Downs,
		event.After != "" && !record.IsID(event.After), event.Lease != "" && !record.IsID(event.Lease):
		c.find(entry.Key, "the record is damaged")
		return nil
	}
	if event.After == id {
		c.find(entry.Key, "waits for itself")
	}
	if text, opened := c.open(entry.Key, record.EventPlace(id), event.Sealed); opened && !isEventText(event.Destination, text) {
		c.find(entry.Key, "the record is damaged: it contains nothing to send")
	}
	return event
}

func isTime(ms int64) bool { return 0 <= ms && ms <= record.MaxTime }

// isEventText reports whether dispatch can send a text to a destination.
func isEventText(destination, text string) bool {
	if destination == record.MessageDestination {
		message, ok := record.Read[record.Message](text)
		return ok && message.Kind != "" && (message.Void || message.To != "")
	}
	if text == record.Deletion {
		return true
	}
	callback, ok := record.Read[record.Callback](text)
	return ok && record.IsID(callback.Data.UserID)
}

// addDead checks a dead letter. Dead letters come before events.
func (c *Checker) addDead(entry kv.Entry) {
	_, id, ok := record.ParseTimedKey(entry.Key)
	if !ok {
		c.find(entry.Key, "the key is damaged")
		return
	}
	if event := c.readEvent(entry, id); event != nil {
		c.dead[id] = append(c.dead[id], &deadFacts{entry.Key, event.User})
	}
}

// addOutbox checks the place of an event in the schedule. Events come before
// their places.
func (c *Checker) addOutbox(entry kv.Entry) {
	slot, ok := record.ParseSlot(entry.Key)
	if !ok {
		if _, _, older := record.ParseTimedKey(entry.Key); older {
			c.find(entry.Key, "is a place of an older version, which no engine reads")
		} else {
			c.find(entry.Key, "the key is damaged")
		}
		return
	}
	schedule := readEntry[record.Schedule](c, entry)
	facts, known := c.events[slot.ID]
	switch {
	case !known:
		c.find(entry.Key, "leads to event/%s, which does not exist", slot.ID)
		return
	case facts == nil:
		return
	}
	facts.places++
	event := &facts.event
	if c.format != nil && c.format.Buckets > 0 { // else the buckets are unknown
		if want := record.ScheduleKey(event, c.format.Buckets); entry.Key != want {
			c.find(entry.Key, "is in the wrong place: event/%s belongs to %s", slot.ID, want)
		}
	}
	if schedule != nil && schedule.After != event.After {
		c.find(entry.Key, "waits for %q, event/%s for %q", schedule.After, slot.ID, event.After)
	}
}

func (c *Checker) finishEvents() {
	for id, event := range c.events {
		if event != nil && event.places != 1 {
			c.find(record.EventPrefix+id, "has %d places in the schedule: it needs one", event.places)
		}
		if len(c.dead[id]) > 0 {
			c.find(record.EventPrefix+id, "is both outstanding and a dead letter")
		}
	}
	for id, letters := range c.dead {
		for _, letter := range letters {
			ms, _, _ := record.ParseTimedKey(letter.key)
			c.placed(letter.key, record.DeadPrefix, letter.user, ms, id)
		}
		if len(letters) > 1 {
			c.find(letters[0].key, "exists %d times", len(letters))
		}
	}
}
