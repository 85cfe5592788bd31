package signup

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/kv"
)

// holdings is all that a store holds, decoded.
type holdings struct {
	t       testing.TB
	keys    map[string]bool
	users   map[string]*userRecord
	names   map[string]*nameRecord
	events  map[string]*eventRecord
	entries []kv.Entry
}

func holdingsOf(w *world) *holdings {
	w.t.Helper()
	h := &holdings{
		t: w.t, keys: map[string]bool{}, users: map[string]*userRecord{}, names: map[string]*nameRecord{},
		events: map[string]*eventRecord{}, entries: w.dump(),
	}
	for _, e := range h.entries {
		h.keys[e.Key] = true
		switch list, rest, _ := strings.Cut(e.Key, "/"); list {
		case "user":
			h.users[rest] = record[userRecord](w.t, e)
		case "name":
			h.names[rest] = record[nameRecord](w.t, e)
		case "event":
			h.events[rest] = record[eventRecord](w.t, e)
		}
	}
	return h
}

func record[T any](t testing.TB, e kv.Entry) *T {
	t.Helper()
	record, err := decode[T](e.Key, e.Value)
	if err != nil {
		t.Fatal(err)
	}
	return record
}

// checkInvariants makes sure that what the store holds fits together: nothing
// is half written, and nothing leads to what is not there.
func (w *world) checkInvariants() {
	w.t.Helper()
	h := holdingsOf(w)
	for name, n := range h.names {
		h.checkName(name, n)
	}
	for id, u := range h.users {
		h.checkUser(id, u)
	}
	for _, e := range h.entries {
		h.checkEntry(w, e)
	}
	h.checkSchedule()
	h.checkOwners(w)
	w.checkFindings()
}

func (h *holdings) checkName(name string, n *nameRecord) {
	h.t.Helper()
	user := h.users[n.ID]
	if user == nil || user.Name != name || user.State != n.State {
		h.t.Errorf("name/%s (%s) leads to the user %+v", name, n.State, user)
	}
	for _, key := range n.Keys {
		if !h.keys[key] {
			h.t.Errorf("name/%s lists %s, which is not there", name, key)
		}
	}
}

func (h *holdings) checkUser(id string, u *userRecord) {
	h.t.Helper()
	name := h.names[u.Name]
	if name == nil && u.State == stateVoid {
		return // whoever had the name was rejected
	}
	if u.ID != id || name == nil {
		h.t.Fatalf("user/%s is %s, its name %v", id, u.ID, name)
	}
	if u.State != stateVoid && name.ID != id {
		h.t.Errorf("user/%s is %s but does not hold its name", id, u.State)
	}
	pending := 0
	for _, e := range h.entries {
		if strings.HasPrefix(e.Key, "pending/") && strings.HasSuffix(e.Key, "/"+id) {
			pending++
		}
	}
	if pending != 1 && (u.State != stateFinal || pending > 1) { // that of an account is purged in time
		h.t.Errorf("user/%s has %d entries under pending/", id, pending)
	}
}

// checkEntry looks at what leads to accounts.
func (h *holdings) checkEntry(w *world, e kv.Entry) {
	h.t.Helper()
	switch list, _, _ := strings.Cut(e.Key, "/"); list {
	case "token":
		if token := record[tokenRecord](h.t, e); h.users[token.ID] == nil || h.users[token.ID].Name != token.Name {
			h.t.Errorf("%s leads nowhere", e.Key)
		}
	case "mail", "approval":
		user := h.users[record[idRecord](h.t, e).ID]
		if user == nil || user.State != stateFinal {
			h.t.Errorf("%s leads to no confirmed account", e.Key)
		}
	case "pending":
		pending := record[pendingRecord](h.t, e)
		user := h.users[pending.ID]
		if user == nil {
			h.t.Fatalf("%s leads nowhere", e.Key)
		}
		if want := map[string]string{statePending: statePending, stateVoid: stateVoid, stateFinal: stateConfirmed}[user.State]; pending.State != want {
			h.t.Errorf("%s is %s, its user %s", e.Key, pending.State, user.State)
		}
		for _, key := range pending.Keys {
			if !h.keys[key] {
				h.t.Errorf("%s lists %s, which is not there", e.Key, key)
			}
		}
	}
}

// checkSchedule makes sure that each event has one place in the schedule, and
// each place an event.
func (h *holdings) checkSchedule() {
	h.t.Helper()
	places := map[string]int{}
	for _, e := range h.entries {
		if !strings.HasPrefix(e.Key, outboxPrefix) {
			continue
		}
		parts := strings.Split(e.Key, "/")
		event := h.events[parts[3]]
		if event == nil || strconv.FormatInt(event.Due, 10) != parts[2] {
			h.t.Errorf("%s leads to the event %+v", e.Key, event)
			continue
		}
		if after := record[scheduleRecord](h.t, e).After; after != event.After {
			h.t.Errorf("%s waits for %q, its event for %q", e.Key, after, event.After)
		}
		places[parts[3]]++
	}
	for id := range h.events {
		if places[id] != 1 {
			h.t.Errorf("event/%s has %d places in the schedule", id, places[id])
		}
	}
}

// checkOwners makes sure that every address of a confirmed account leads to
// it, and to it alone.
func (h *holdings) checkOwners(w *world) {
	h.t.Helper()
	r := &run{Engine: w.engine}
	owners := map[string][]string{}
	for id, u := range h.users {
		email, err := r.email(u)
		if err != nil {
			h.t.Fatal(err)
		}
		if u.State != stateFinal || email == "" {
			continue
		}
		address, _, _ := canonicalAddress(email)
		owners[address] = append(owners[address], id)
	}
	for address, ids := range owners {
		if len(ids) != 1 {
			h.t.Errorf("%s belongs to %v", address, ids)
		}
		indexed := slices.ContainsFunc(w.engine.keys.keys, func(k *key) bool { return h.keys[mailKey(k, address)] })
		if !indexed {
			h.t.Errorf("%s has an owner but no entry under mail/", address)
		}
	}
}
