package signup

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/signup/internal/identity"
	"github.com/enrol-sso/enrol/signup/internal/keyring"
	"github.com/enrol-sso/enrol/signup/internal/record"
)

// holdings is the decoded content of a store.
type holdings struct {
	t       testing.TB
	keys    map[string]bool
	users   map[string]*record.User
	names   map[string]*record.Name
	events  map[string]*record.Event
	entries []kv.Entry
}

func holdingsOf(w *world) *holdings {
	w.t.Helper()
	h := &holdings{
		t: w.t, keys: map[string]bool{}, users: map[string]*record.User{}, names: map[string]*record.Name{},
		events: map[string]*record.Event{}, entries: w.dump(),
	}
	for _, e := range h.entries {
		h.keys[e.Key] = true
		switch list, rest, _ := strings.Cut(e.Key, "/"); list {
		case "user":
			h.users[rest] = recordOf[record.User](w.t, e)
		case "name":
			h.names[rest] = recordOf[record.Name](w.t, e)
		case "event":
			h.events[rest] = recordOf[record.Event](w.t, e)
		}
	}
	return h
}

func recordOf[T any, D record.Readable[T]](t testing.TB, e kv.Entry) *T {
	t.Helper()
	stored, err := record.Decode[T, D](e.Key, e.Value)
	if err != nil {
		t.Fatal(err)
	}
	return stored
}

// checkInvariants checks that the content of the store is consistent: nothing
// is half written, and no reference leads nowhere.
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

func (h *holdings) checkName(name string, n *record.Name) {
	h.t.Helper()
	user := h.users[n.ID]
	if user == nil || user.Name != name || user.State != n.State {
		h.t.Errorf("name/%s (%s) leads to the user %+v", name, n.State, user)
	}
	for _, key := range n.Keys {
		if !h.keys[key] {
			h.t.Errorf("name/%s lists %s, which does not exist", name, key)
		}
	}
}

func (h *holdings) checkUser(id string, u *record.User) {
	h.t.Helper()
	name := h.names[u.Name]
	if name == nil && u.State == record.StateVoid {
		return // the owner of the name was rejected
	}
	if u.ID != id || name == nil {
		h.t.Fatalf("user/%s is %s, its name %v", id, u.ID, name)
	}
	if u.State != record.StateVoid && name.ID != id {
		h.t.Errorf("user/%s is %s but does not own its name", id, u.State)
	}
	pending := 0
	for _, e := range h.entries {
		if strings.HasPrefix(e.Key, "pending/") && strings.HasSuffix(e.Key, "/"+id) {
			pending++
		}
	}
	if pending != 1 && (u.State != record.StateFinal || pending > 1) { // that of an account is purged in time
		h.t.Errorf("user/%s has %d entries under pending/", id, pending)
	}
}

// checkEntry checks the records that lead to accounts.
func (h *holdings) checkEntry(w *world, e kv.Entry) {
	h.t.Helper()
	switch list, _, _ := strings.Cut(e.Key, "/"); list {
	case "token":
		if token := recordOf[record.Token](h.t, e); h.users[token.ID] == nil || h.users[token.ID].Name != token.Name {
			h.t.Errorf("%s leads nowhere", e.Key)
		}
	case "mail", "approval":
		user := h.users[recordOf[record.Reference](h.t, e).ID]
		if user == nil || user.State != record.StateFinal {
			h.t.Errorf("%s leads to no confirmed account", e.Key)
		}
	case "pending":
		pending := recordOf[record.Pending](h.t, e)
		user := h.users[pending.ID]
		if user == nil {
			h.t.Fatalf("%s leads nowhere", e.Key)
		}
		if want := map[string]string{record.StatePending: record.StatePending, record.StateVoid: record.StateVoid, record.StateFinal: record.StateConfirmed}[user.State]; pending.State != want {
			h.t.Errorf("%s is %s, its user %s", e.Key, pending.State, user.State)
		}
		for _, key := range pending.Keys {
			if !h.keys[key] {
				h.t.Errorf("%s lists %s, which does not exist", e.Key, key)
			}
		}
	}
}

// checkSchedule checks that each event has one place in the schedule, and each
// place an event.
func (h *holdings) checkSchedule() {
	h.t.Helper()
	places := map[string]int{}
	for _, e := range h.entries {
		if !strings.HasPrefix(e.Key, record.OutboxPrefix) {
			continue
		}
		parts := strings.Split(e.Key, "/")
		id := parts[len(parts)-1]
		event := h.events[id]
		if event == nil || len(parts) != 6 || parts[2] != record.DestinationID(event.Destination) {
			h.t.Errorf("%s leads to the event %+v", e.Key, event)
			continue
		}
		state, at := "w", event.Due
		if event.Lease != "" {
			state = "l"
		} else if event.Due == 0 {
			state, at = "r", event.Created
		} else if event.Postponed {
			state = "s"
		}
		if parts[3] != state || parts[4] != fmt.Sprintf("%013d", at) {
			h.t.Errorf("%s leads to the event %+v", e.Key, event)
		}
		if after := recordOf[record.Schedule](h.t, e).After; after != event.After {
			h.t.Errorf("%s waits for %q, its event for %q", e.Key, after, event.After)
		}
		places[id]++
	}
	for id := range h.events {
		if places[id] != 1 {
			h.t.Errorf("event/%s has %d places in the schedule", id, places[id])
		}
	}
}

// checkOwners checks that every address of a confirmed account leads only to
// that account.
func (h *holdings) checkOwners(w *world) {
	h.t.Helper()
	r := &run{Engine: w.engine}
	owners := map[string][]string{}
	for id, u := range h.users {
		email, err := r.email(u)
		if err != nil {
			h.t.Fatal(err)
		}
		if u.State != record.StateFinal || email == "" {
			continue
		}
		address, _, _ := identity.Address(email)
		owners[address] = append(owners[address], id)
	}
	for address, ids := range owners {
		if len(ids) != 1 {
			h.t.Errorf("%s belongs to %v", address, ids)
		}
		indexed := slices.ContainsFunc(keyring.All(w.engine.keys), func(k *keyring.Key) bool { return h.keys[record.MailKey(k, address)] })
		if !indexed {
			h.t.Errorf("%s has an owner but no entry under mail/", address)
		}
	}
}
