package ledger

import (
	"strings"
	"testing"
)

// member returns a ledger with one account that was approved, and what is stored
// of it.
func member() (*Ledger, *Account, map[string]*Stored) {
	l := New()
	a := l.Add("ada", "ada@example.com")
	a.Signup, a.Confirm, a.Approve, a.UserID = Acknowledged, Acknowledged, Acknowledged, "1"
	l.hear(a, EventSignup, "event 1")
	l.hear(a, EventApproved, "event 2")
	return l, a, map[string]*Stored{"ada": {UserID: "1", Email: a.Email, Final: true, Approved: true}}
}

func (l *Ledger) hear(a *Account, kind, id string) {
	l.Events.Hear(id, Event{kind, a.Name, a.Email}, "")
}

func TestNothingIsWrongWithAnAccountThatIsThere(t *testing.T) {
	t.Parallel()
	l, a, stored := member()
	l.hear(a, EventSignup, "event 1") // again, under the same id
	if v := l.Check(stored); !v.OK() {
		t.Errorf("got %+v", v)
	}
}

func TestEachLossAndEachDoubleIsFound(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name          string
		breaks        func(l *Ledger, a *Account, stored map[string]*Stored)
		lost, doubled string
	}{
		{name: "an account is not there", lost: "the account ada", breaks: func(_ *Ledger, _ *Account, stored map[string]*Stored) {
			delete(stored, "ada")
		}},
		{name: "another has the name", lost: "the account ada", breaks: func(_ *Ledger, _ *Account, stored map[string]*Stored) {
			stored["ada"].Email = "other@example.com"
		}},
		{name: "a confirmation is not there", lost: "the confirmation", breaks: func(_ *Ledger, _ *Account, stored map[string]*Stored) {
			stored["ada"].Final = false
		}},
		{name: "another account was confirmed", lost: "the confirmation", breaks: func(_ *Ledger, _ *Account, stored map[string]*Stored) {
			stored["ada"].UserID = "2"
		}},
		{name: "an approval is not there", lost: "the approval", breaks: func(_ *Ledger, _ *Account, stored map[string]*Stored) {
			stored["ada"].Approved = false
		}},
		{name: "a rejected account is there", lost: "the rejection", breaks: func(l *Ledger, a *Account, _ map[string]*Stored) {
			a.Approve, a.Reject = None, Acknowledged
			l.hear(a, EventRejected, "event 3")
			l.Events.ids[Event{EventApproved, a.Name, a.Email}] = nil
		}},
		{name: "a refused account is there", doubled: "which was refused", breaks: func(_ *Ledger, a *Account, _ map[string]*Stored) {
			a.Signup = Refused
		}},
		{name: "a refused confirmation is there", doubled: "which was refused", breaks: func(_ *Ledger, a *Account, _ map[string]*Stored) {
			a.Confirm = Refused
		}},
		{name: "an event of an acknowledged account is not there", lost: "the event signup", breaks: func(l *Ledger, _ *Account, _ map[string]*Stored) {
			l.Events = NewEvents()
			l.Events.Hear("event 2", Event{EventApproved, "ada", "ada@example.com"}, "")
		}},
		{name: "an event of an account with an unknown answer is not there", lost: "the event signup", breaks: func(l *Ledger, _ *Account, stored map[string]*Stored) {
			l.Add("eve", "eve@example.com").Signup = Unknown
			stored["eve"] = &Stored{UserID: "2", Email: "eve@example.com"}
		}},
		{name: "the event of an approval is not there", lost: "the event approved", breaks: func(l *Ledger, _ *Account, _ map[string]*Stored) {
			l.Events = NewEvents()
			l.Events.Hear("event 1", Event{EventSignup, "ada", "ada@example.com"}, "")
		}},
		{name: "the message of a sign-up is not there", lost: "the event confirm of", breaks: func(l *Ledger, a *Account, stored map[string]*Stored) {
			a.Confirm, a.Approve = None, None
			l.Events.ids[Event{EventApproved, a.Name, a.Email}] = nil
		}},
		{name: "the message of a resend is not there", lost: "the event confirm_resent", breaks: func(l *Ledger, _ *Account, stored map[string]*Stored) {
			eve := l.Add("eve", "eve@example.com")
			eve.Signup, eve.Resends = Acknowledged, []Outcome{Acknowledged}
			l.hear(eve, EventSignup, "event 3")
			stored["eve"] = &Stored{UserID: "2", Email: eve.Email}
		}},
		{name: "an event has two ids", doubled: "the event signup", breaks: func(l *Ledger, a *Account, _ map[string]*Stored) {
			l.hear(a, EventSignup, "event 3")
		}},
		{name: "an id has two events", doubled: "event 1 came with two contents", breaks: func(l *Ledger, _ *Account, _ map[string]*Stored) {
			l.Events.Hear("event 1", Event{EventSignup, "eve", "eve@example.com"}, "")
		}},
		{name: "a refused account has an event", doubled: "the event signup", breaks: func(l *Ledger, _ *Account, _ map[string]*Stored) {
			eve := l.Add("ada", "eve@example.com")
			eve.Signup = Refused
			l.hear(eve, EventSignup, "event 3")
		}},
		{name: "two accounts have a name", doubled: "the name ada", breaks: func(l *Ledger, _ *Account, _ map[string]*Stored) {
			l.Add("ada", "eve@example.com").Signup = Acknowledged
		}},
		{name: "two accounts have an address", doubled: "the address ada@example.com", breaks: func(l *Ledger, a *Account, stored map[string]*Stored) {
			eve := l.Add("eve", a.Email)
			eve.Signup, eve.Confirm = Acknowledged, Acknowledged
			stored["eve"] = &Stored{UserID: "2", Email: a.Email, Final: true}
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			l, a, stored := member()
			test.breaks(l, a, stored)
			v := l.Check(stored)
			for what, list := range map[string][]string{test.lost: v.Lost, test.doubled: v.Doubled} {
				if what != "" && !strings.Contains(strings.Join(list, "\n"), what) || v.OK() {
					t.Errorf("got %+v, want %q", v, what)
				}
			}
		})
	}
}

func TestAnUnknownAnswerMayMeanBoth(t *testing.T) {
	t.Parallel()
	for _, stored := range []map[string]*Stored{{}, {"ada": {UserID: "1", Email: "ada@example.com"}}} {
		l := New()
		a := l.Add("ada", "ada@example.com")
		a.Signup = Unknown
		if len(stored) > 0 {
			l.hear(a, EventSignup, "event 1")
			l.hear(a, EventConfirm, "event 2")
		}
		if v := l.Check(stored); !v.OK() {
			t.Errorf("with %v: got %+v", stored, v)
		}
	}
}

func TestTheOwnerInTheEndIsPartOfAHistory(t *testing.T) {
	t.Parallel()
	for _, thing := range []Thing{{Name: "ada"}, {Email: "ada@example.com"}} {
		l, _, stored := member()
		for who, outcome := range map[string]Outcome{"ada": Refused, "ada@example.com": Refused, "eve": Acknowledged} {
			l.History.Do(thing, Input{Claim, who}, func() Output { return Output{Outcome: outcome} })
		}
		if v := l.Check(stored); len(v.Wrong) != 1 {
			t.Errorf("the %s belongs to another than the acknowledged one: got %+v", thing, v)
		}
	}
}
