//go:build linux

package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"github.com/enrol-sso/enrol/tests/chaos/ledger"
)

// load is what the clients do.
type load struct {
	caller *caller
	ledger *ledger.Ledger

	acknowledged atomic.Int64 // sign-ups
	numbers      atomic.Int64 // of names
}

// play is something that clients do, with how often they do it.
type play struct {
	share int
	run   func(l *load, random *rand.Rand)
}

// plays are all of them.
var plays = []play{
	{60, (*load).join},
	{15, (*load).becomeMember},
	{5, (*load).turnAway},
	{6, (*load).askAgain},
	{2, (*load).confirmResent},
	{8, (*load).wantOneName},
	{4, (*load).wantOneAddress},
}

// run lets a client play until the context ends.
func (l *load) run(ctx context.Context, random *rand.Rand) {
	all := 0
	for _, p := range plays {
		all += p.share
	}
	for ctx.Err() == nil {
		n := random.IntN(all)
		for _, p := range plays {
			if n -= p.share; n < 0 {
				p.run(l, random)
				break
			}
		}
	}
}

// fresh returns a name that nobody has had.
func (l *load) fresh(prefix string) string { return fmt.Sprintf("%s%d", prefix, l.numbers.Add(1)) }

// signUp makes an account.
func (l *load) signUp(name, email string, keyed bool) *ledger.Account {
	a := l.ledger.Add(name, email)
	l.caller.signUp(a, keyed)
	if a.Signup == ledger.Acknowledged {
		l.acknowledged.Add(1)
	}
	return a
}

// newcomer signs up somebody whose name and address nobody else wants.
func (l *load) newcomer(random *rand.Rand) *ledger.Account {
	name := l.fresh("person")
	return l.signUp(name, name+"@example.com", random.IntN(2) == 0)
}

// join signs up.
func (l *load) join(random *rand.Rand) { l.newcomer(random) }

// becomeMember signs up, confirms and is approved.
func (l *load) becomeMember(random *rand.Rand) {
	if a := l.newcomer(random); a.Token != "" {
		l.caller.confirm(a, a.Token, random.IntN(4) > 0)
		l.caller.approve(a)
	}
}

// turnAway signs up, confirms and is rejected.
func (l *load) turnAway(random *rand.Rand) {
	if a := l.newcomer(random); a.Token != "" {
		l.caller.confirm(a, a.Token, random.IntN(4) > 0)
		l.caller.reject(a)
	}
}

// askAgain signs up and asks for another token, or two.
func (l *load) askAgain(random *rand.Rand) {
	if a := l.newcomer(random); a.Token != "" {
		for range 1 + random.IntN(2) {
			l.caller.resend(a)
		}
	}
}

// confirmResent signs up and confirms with the token of another message.
func (l *load) confirmResent(random *rand.Rand) {
	a := l.newcomer(random)
	if a.Token == "" {
		return
	}
	l.caller.resend(a)
	if a.Resends[0] != ledger.Acknowledged {
		return
	}
	for range 50 { // the message may wait for a lease that a killed process has left
		if token := l.ledger.Events.Token(ledger.Event{Kind: ledger.EventConfirmResent, Name: a.Name, Email: a.Email}); token != "" {
			l.caller.confirm(a, token, true)
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
}

// crowd is how many want one name or one address at once.
const crowd = 4

// wantOneName lets several clients want one name. The winner is rejected while
// others want the name again.
func (l *load) wantOneName(random *rand.Rand) {
	name := l.fresh("wanted")
	thing := ledger.Thing{Name: name}
	claims := func(round int, keyed bool) (all []func() *ledger.Account) {
		for n := range crowd {
			all = append(all, func() *ledger.Account {
				var a *ledger.Account
				email := fmt.Sprintf("%s-%d-%d@example.com", name, round, n)
				l.ledger.History.Do(thing, ledger.Input{Verb: ledger.Claim, Who: email}, func() ledger.Output {
					a = l.signUp(name, email, keyed)
					return ledger.Output{Outcome: a.Signup}
				})
				return a
			})
		}
		return all
	}
	winner := acknowledged(together(claims(1, random.IntN(4) > 0)))
	if winner == nil {
		return
	}
	l.caller.confirm(winner, winner.Token, true)
	if winner.UserID == "" {
		return
	}
	together(append(claims(2, random.IntN(4) > 0), func() *ledger.Account {
		l.ledger.History.Do(thing, ledger.Input{Verb: ledger.Free, Who: winner.Email}, func() ledger.Output {
			l.caller.reject(winner)
			return ledger.Output{Outcome: winner.Reject}
		})
		return winner
	}))
}

// wantOneAddress lets several clients prove that one address is theirs. The owner
// is rejected while the others try again.
func (l *load) wantOneAddress(random *rand.Rand) {
	email := l.fresh("shared") + "@example.com"
	thing := ledger.Thing{Email: email}
	repeat := random.IntN(4) > 0
	var pending []*ledger.Account
	for range crowd {
		if a := l.signUp(l.fresh("sharer"), email, true); a.Signup == ledger.Acknowledged {
			pending = append(pending, a)
		}
	}
	confirms := func(accounts []*ledger.Account) (all []func() *ledger.Account) {
		for _, a := range accounts {
			all = append(all, func() *ledger.Account {
				l.ledger.History.Do(thing, ledger.Input{Verb: ledger.Claim, Who: a.Name}, func() ledger.Output {
					l.caller.confirm(a, a.Token, repeat)
					return ledger.Output{Outcome: a.Confirm}
				})
				return a
			})
		}
		return all
	}
	together(confirms(pending))
	var owner *ledger.Account
	var others []*ledger.Account
	for _, a := range pending {
		if a.Confirm == ledger.Acknowledged {
			owner = a
		} else {
			others = append(others, a)
		}
	}
	if owner == nil || owner.UserID == "" {
		return
	}
	together(append(confirms(others), func() *ledger.Account {
		l.ledger.History.Do(thing, ledger.Input{Verb: ledger.Free, Who: owner.Name}, func() ledger.Output {
			l.caller.reject(owner)
			return ledger.Output{Outcome: owner.Reject}
		})
		return owner
	}))
}

// together runs functions at once, and returns what they return.
func together(all []func() *ledger.Account) []*ledger.Account {
	accounts := make([]*ledger.Account, len(all))
	var running sync.WaitGroup
	for i, one := range all {
		running.Go(func() { accounts[i] = one() })
	}
	running.Wait()
	return accounts
}

// acknowledged returns one of the accounts whose sign-ups are acknowledged, or nil.
func acknowledged(accounts []*ledger.Account) *ledger.Account {
	for _, a := range accounts {
		if a.Signup == ledger.Acknowledged {
			return a
		}
	}
	return nil
}
