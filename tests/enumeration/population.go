package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"

	"github.com/enrol-sso/enrol/host"
	"github.com/enrol-sso/enrol/signup"
)

// populationConf is for filling the store, without messages. The password hash
// of the measurement is appended.
const populationConf = "[apps]\nsignup_allowed=CRM\n[signup]\nis_approval_needed=False\n"

// identity is a name and an address. All have one length.
type identity struct{ username, email string }

// draw draws an unused identity.
func draw(random *rand.Rand) identity {
	letters := func() string {
		text := make([]byte, 16)
		for i := range text {
			text[i] = "bcdfghjkmnpqtvwx"[random.IntN(16)] // no vowels: no word that is refused
		}
		return string(text)
	}
	return identity{letters(), letters() + "@example.com"}
}

// people are the users in the store: accounts, claims, and void claims for the
// addresses of accounts.
type people struct{ accounts, claims, voids []identity }

// populate makes accounts, claims and void claims, n of each, and closes the
// store, so that all of them are in tables on disk. Every other account is made
// first, with the older settings.
func (in *installation) populate(ctx context.Context, random *rand.Rand, n int, s settings) (*people, error) {
	p := &people{}
	for range n {
		p.accounts = append(p.accounts, draw(random))
		p.claims = append(p.claims, draw(random))
		p.voids = append(p.voids, identity{draw(random).username, p.accounts[len(p.accounts)-1].email})
	}
	err := in.each(s.older(), n, func(enrol *host.Enrol, i int) error {
		if i%2 > 0 {
			return nil
		}
		return claim(ctx, enrol, p.accounts[i], true)
	})
	if err != nil {
		return nil, err
	}
	err = in.each(s.hash(), n, func(enrol *host.Enrol, i int) error {
		var account error
		if i%2 > 0 {
			account = claim(ctx, enrol, p.accounts[i], true)
		}
		return errors.Join(claim(ctx, enrol, p.claims[i], false), account, claim(ctx, enrol, p.voids[i], false))
	})
	return p, err
}

// each opens the store with a password hash and calls a function for each number
// below n, many at a time.
func (in *installation) each(hash string, n int, do func(enrol *host.Enrol, i int) error) (err error) {
	enrol, release, err := in.open(host.Options{Conf: populationConf + hash, Native: true, DispatchInterval: -1})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, release()) }()
	const workers = 32
	errs := make([]error, workers)
	var all sync.WaitGroup
	for worker := range workers {
		all.Go(func() {
			for i := worker; i < n && errs[worker] == nil; i += workers {
				errs[worker] = do(enrol, i)
			}
		})
	}
	all.Wait()
	return errors.Join(errs...)
}

// claim signs somebody up, and optionally confirms.
func claim(ctx context.Context, enrol *host.Enrol, who identity, confirm bool) error {
	answer, err := enrol.Signup(ctx, signup.SignupRequest{Username: who.username, Email: who.email, Password: password, AppList: []string{"CRM"}})
	if err != nil || !answer.OK() {
		return fmt.Errorf("signup: %v: %w", answer.SubStatus, err)
	}
	if !confirm {
		return nil
	}
	confirmed, err := enrol.Confirm(ctx, signup.ConfirmRequest{ConfirmToken: answer.ConfirmToken})
	if err != nil || !confirmed.OK() {
		return fmt.Errorf("confirm: %v: %w", confirmed.SubStatus, err)
	}
	return nil
}

const password = "correct horse battery"
