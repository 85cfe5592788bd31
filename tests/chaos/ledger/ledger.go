// Package ledger keeps what clients know of the accounts that they made while
// faults went on, and compares it with what there is in the end. Ledger is its
// entry point. Each rule that it checks can be broken by a test.
package ledger

import (
	"fmt"
	"maps"
	"slices"
	"sync"
)

// Ledger is what the clients know. Its accounts are each client's own until Check.
type Ledger struct {
	Events  *Events
	History *History

	mu       sync.Mutex
	accounts []*Account
	names    map[string]bool
}

// New returns an empty ledger.
func New() *Ledger {
	return &Ledger{Events: NewEvents(), History: NewHistory(), names: map[string]bool{}}
}

// Add adds an account before its sign-up.
func (l *Ledger) Add(name, email string) *Account {
	l.mu.Lock()
	defer l.mu.Unlock()
	a := &Account{Name: name, Email: email}
	l.accounts = append(l.accounts, a)
	l.names[name] = true
	return a
}

// Names returns every name that anybody wanted, sorted.
func (l *Ledger) Names() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Sorted(maps.Keys(l.names))
}

// Tally is how often requests of one kind had each outcome.
type Tally struct{ Acknowledged, Refused, Unknown int }

func (t *Tally) count(o Outcome) {
	switch o {
	case Acknowledged:
		t.Acknowledged++
	case Refused:
		t.Refused++
	case Unknown:
		t.Unknown++
	}
}

// Tallies are the outcomes of all requests.
type Tallies struct{ Signups, Confirms, Resends, Approvals, Rejections Tally }

// Tallies counts the outcomes, when no client works any more.
func (l *Ledger) Tallies() (t Tallies) {
	for _, a := range l.accounts {
		t.Signups.count(a.Signup)
		t.Confirms.count(a.Confirm)
		t.Approvals.count(a.Approve)
		t.Rejections.count(a.Reject)
		for _, resend := range a.Resends {
			t.Resends.count(resend)
		}
	}
	return t
}

// Verdict is the result of a run.
type Verdict struct {
	Lost    []string // what was acknowledged and is not there
	Doubled []string // what there is twice, or where it must not be
	Wrong   []string // histories that are not linearizable
}

func (v *Verdict) lost(format string, a ...any) { v.Lost = append(v.Lost, fmt.Sprintf(format, a...)) }

func (v *Verdict) doubled(format string, a ...any) {
	v.Doubled = append(v.Doubled, fmt.Sprintf(format, a...))
}

// OK reports whether nothing is wrong.
func (v *Verdict) OK() bool { return len(v.Lost)+len(v.Doubled)+len(v.Wrong) == 0 }

// Check compares the ledger with what is stored under each name in the end.
func (l *Ledger) Check(stored map[string]*Stored) *Verdict {
	v := &Verdict{}
	for _, a := range l.accounts {
		v.checkAccount(a, stored[a.Name])
		v.checkEvents(a, stored[a.Name], l.Events)
	}
	v.checkOwners(l.accounts)
	for _, id := range l.Events.mixed {
		v.doubled("the event %s came with two contents", id)
	}
	l.History.end(func(thing Thing) string { return l.owner(thing, stored) })
	v.Wrong = l.History.Problems()
	return v
}

// owner returns who owns a contested thing in the end: the address that a name
// belongs to, or the name that an address belongs to.
func (l *Ledger) owner(thing Thing, stored map[string]*Stored) string {
	if thing.Name != "" {
		if s := stored[thing.Name]; s != nil {
			return s.Email
		}
		return ""
	}
	for _, a := range l.accounts {
		if s := stored[a.Name]; a.Email == thing.Email && s.is(a) && s.Final {
			return a.Name
		}
	}
	return ""
}

// checkAccount checks that what was acknowledged of an account is stored.
func (v *Verdict) checkAccount(a *Account, s *Stored) {
	there := s.is(a)
	switch {
	case a.Signup == Acknowledged && !a.goes() && !there:
		v.lost("the account %s of %s", a.Name, a.Email)
	case a.Signup == Refused && there:
		v.doubled("the account %s of %s, which was refused", a.Name, a.Email)
	case a.Reject == Acknowledged && there:
		v.lost("the rejection of %s of %s", a.Name, a.Email)
	}
	if !there {
		return
	}
	if a.Confirm == Acknowledged && (!s.Final || a.UserID != "" && a.UserID != s.UserID) {
		v.lost("the confirmation of %s of %s", a.Name, a.Email)
	}
	if a.Confirm == Refused && s.Final {
		v.doubled("the confirmation of %s of %s, which was refused", a.Name, a.Email)
	}
	if a.Approve == Acknowledged && !s.Approved {
		v.lost("the approval of %s of %s", a.Name, a.Email)
	}
}

// checkOwners checks that each name and each address has one owner.
func (v *Verdict) checkOwners(accounts []*Account) {
	names, addresses := map[string]*Account{}, map[string]*Account{}
	for _, a := range accounts {
		if a.goes() {
			continue
		}
		if other := names[a.Name]; a.Signup == Acknowledged && other != nil {
			v.doubled("the name %s, of %s and of %s", a.Name, a.Email, other.Email)
		}
		if a.Signup == Acknowledged {
			names[a.Name] = a
		}
		if other := addresses[a.Email]; a.Confirm == Acknowledged && other != nil {
			v.doubled("the address %s, of %s and of %s", a.Email, a.Name, other.Name)
		}
		if a.Confirm == Acknowledged {
			addresses[a.Email] = a
		}
	}
}

// checkEvents checks that each event of an account arrived, under one id.
func (v *Verdict) checkEvents(a *Account, s *Stored, events *Events) {
	expect := func(kind string, must bool, atMost int) {
		ids := events.ids[Event{kind, a.Name, a.Email}]
		if must && len(ids) == 0 {
			v.lost("the event %s of %s of %s", kind, a.Name, a.Email)
		}
		if len(ids) > atMost {
			v.doubled("the event %s of %s of %s, as %v", kind, a.Name, a.Email, ids)
		}
	}
	made := a.Signup == Acknowledged || s.is(a)
	expect(EventSignup, made, once(made || a.Signup == Unknown))
	unconfirmed := a.Confirm == None                                                                 // otherwise nobody needs a token any more
	expect(EventConfirm, made && unconfirmed && a.Resends == nil, once(made || a.Signup == Unknown)) // a newer message replaces it
	expect(EventApproved, a.Approve == Acknowledged, once(a.Approve.happened()))
	expect(EventRejected, a.Reject == Acknowledged, once(a.Reject.happened()))
	expect(EventConfirmResent, unconfirmed && slices.Contains(a.Resends, Acknowledged), len(a.Resends))
}

// once returns how often an event may occur.
func once(may bool) int {
	if may {
		return 1
	}
	return 0
}
