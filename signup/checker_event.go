package signup

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/enrol-sso/enrol/kv"
)

// eventFacts is what the schedule is compared with.
type eventFacts struct {
	user   string
	after  string
	due    int64
	places int // in the schedule
}

// deadFacts is a dead letter whose place is compared when the number of buckets
// is known.
type deadFacts struct {
	key  string
	user string
}

// addEvent looks at an event that is outstanding. Its account may be gone, and
// the event that it waits for was delivered long ago, or is still outstanding.
func (c *Checker) addEvent(entry kv.Entry, id string) {
	event := c.readEvent(entry, id)
	if event == nil {
		if isID(id) {
			c.events[id] = nil // there, but nothing is known of it
		}
		return
	}
	if event.Tries >= maxTries {
		c.find(entry.Key, "was tried %d times, and is no dead letter", event.Tries)
	}
	c.events[id] = &eventFacts{user: event.User, after: event.After, due: event.Due}
}

// readEvent reads an event, outstanding or dead, nil if it is damaged.
func (c *Checker) readEvent(entry kv.Entry, id string) *eventRecord {
	event := readEntry[eventRecord](c, entry)
	switch {
	case event == nil:
		return nil
	case !isID(id), event.ID != id:
		c.find(entry.Key, "the record is damaged: it is the event %q", event.ID)
		return nil
	case !isID(event.User), event.Destination == "", !isTime(event.Due), !isTime(event.Created), event.Tries < 0,
		event.After != "" && !isID(event.After), event.Lease != "" && !isID(event.Lease):
		c.find(entry.Key, "the record is damaged")
		return nil
	}
	if event.After == id {
		c.find(entry.Key, "waits for itself")
	}
	if text, opened := c.open(entry.Key, place{"event", id, "text"}, event.Sealed); opened && !isEventText(event.Destination, text) {
		c.find(entry.Key, "the record is damaged: it holds nothing that can be sent")
	}
	return event
}

func isTime(ms int64) bool { return 0 <= ms && ms <= maxTime }

// isEventText says whether a text is what dispatch sends to a destination.
func isEventText(destination, text string) bool {
	if destination == messageDestination {
		var message messageText
		return json.Unmarshal([]byte(text), &message) == nil && message.Kind != "" && message.To != ""
	}
	var callback callbackText
	return json.Unmarshal([]byte(text), &callback) == nil && isID(callback.Data.UserID)
}

// addDead looks at an event that was given up. Dead letters come before events.
func (c *Checker) addDead(entry kv.Entry) {
	_, id, ok := readTimedKey(entry.Key)
	if !ok {
		c.find(entry.Key, "the key is damaged")
		return
	}
	if event := c.readEvent(entry, id); event != nil {
		c.dead[id] = append(c.dead[id], &deadFacts{entry.Key, event.User})
	}
}

// addOutbox looks at the place of an event in the schedule. Events come before
// their places.
func (c *Checker) addOutbox(entry kv.Entry) {
	due, id, ok := readTimedKey(entry.Key)
	if !ok {
		c.find(entry.Key, "the key is damaged")
		return
	}
	schedule := readEntry[scheduleRecord](c, entry)
	event, known := c.events[id]
	switch {
	case !known:
		c.find(entry.Key, "leads to event/%s, which is not there", id)
		return
	case event == nil:
		return
	}
	event.places++
	if event.due != due {
		c.find(entry.Key, "is not when event/%s is due, which is at %d", id, event.due)
	} else {
		c.placed(entry.Key, "outbox", event.user, event.due, id)
	}
	if schedule != nil && schedule.After != event.after {
		c.find(entry.Key, "waits for %q, event/%s for %q", schedule.After, id, event.after)
	}
}

func (c *Checker) finishEvents() {
	for id, event := range c.events {
		if event != nil && event.places != 1 {
			c.find(eventPrefix+id, "has %d places in the schedule: it needs one", event.places)
		}
		if len(c.dead[id]) > 0 {
			c.find(eventPrefix+id, "is outstanding, and a dead letter as well")
		}
	}
	for id, letters := range c.dead {
		for _, letter := range letters {
			ms, _, _ := readTimedKey(letter.key)
			c.placed(letter.key, "dead", letter.user, ms, id)
		}
		if len(letters) > 1 {
			c.find(letters[0].key, "is there %d times", len(letters))
		}
	}
}

// readTimedKey takes apart a key of a list that is ordered by time.
func readTimedKey(key string) (ms int64, id string, ok bool) {
	parts := strings.Split(key, "/")
	if len(parts) != 4 || len(parts[1]) != 2 || len(parts[2]) != 13 || !isID(parts[3]) {
		return 0, "", false
	}
	if slices.ContainsFunc([]byte(parts[1]+parts[2]), func(b byte) bool { return !isDigit(b) }) {
		return 0, "", false
	}
	for i := range len(parts[2]) {
		ms = ms*10 + int64(parts[2][i]-'0')
	}
	return ms, parts[3], true
}
