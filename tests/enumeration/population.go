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
// store, so that all of them are in tables on disk.
func (in *installation) populate(ctx context.Context, random *rand.Rand, n int, hash string) (_ *people, err error) {
	enrol, release, err := in.open(host.Options{Conf: populationConf + hash, Native: true, DispatchInterval: -1})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, release()) }()
	p := &people{}
	for range n {
		p.accounts = append(p.accounts, draw(random))
		p.claims = append(p.claims, draw(random))
		p.voids = append(p.voids, identity{draw(random).username, p.accounts[len(p.accounts)-1].email})
	}
	const workers = 32
	errs := make([]error, workers)
	var all sync.WaitGroup
	for worker := range workers {
		all.Go(func() {
			for i := worker; i < n && errs[worker] == nil; i += workers {
				errs[worker] = errors.Join(
					claim(ctx, enrol, p.claims[i], false), claim(ctx, enrol, p.accounts[i], true), claim(ctx, enrol, p.voids[i], false))
			}
		})
	}
	all.Wait()
	return p, errors.Join(errs...)
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
