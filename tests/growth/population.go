//go:build linux

package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/kv/memory"
	"github.com/enrol-sso/enrol/signup"
	"github.com/enrol-sso/enrol/signup/signuptest"
	"github.com/enrol-sso/enrol/signup/ssoconf"
)

// The configuration of the measurement: the default one, which discloses nothing,
// with messages and without approval.
const conf = `
[main]
email_service=mailer
[apps]
signup_allowed=CRM
login_allowed=CRM
[password]
min_complexity=0
[signup]
is_approval_needed=False
`

// confs are the configurations by the name of their password hash.
var confs = map[string]string{
	"cheap":   conf + "[hash_secret]\nrounds=1000\n[enrol]\npassword_hash=pbkdf2-sha512\n",
	"default": conf,
}

// The configuration of accounts that are there before: no messages. Their hashes
// have the form of the default ones.
const confBefore = "[apps]\nsignup_allowed=CRM\n[password]\nmin_complexity=0\n[signup]\nis_approval_needed=False\n"

const password = "correct horse battery"

// somebody returns a new user, with a name and an address of random letters.
func somebody() signup.SignupRequest {
	random := make([]byte, 32)
	_, _ = rand.Read(random) // never fails
	for i := range random {
		random[i] = "bcdfghjkmnpqtvwx"[random[i]%16] // no vowels: no word that is refused
	}
	return signup.SignupRequest{Username: string(random[:16]), Email: string(random[16:]) + "@example.com",
		Password: password, AppList: []string{"CRM"}}
}

// populate makes accounts in an empty store. It makes them in memory, some at a
// time, and writes only the records that stay.
func populate(ctx context.Context, store kv.Store, key signup.Secret, accounts int) error {
	keys, err := signup.ParseKeys(key)
	if err != nil {
		return err
	}
	config, _, err := ssoconf.Parse(confBefore)
	if err != nil {
		return err
	}
	p := population{engine: signup.New(config, keys), clock: signuptest.NewClock()}
	p.clock.Set(time.Now().UnixMilli())
	if err := p.run(store, "open", []byte("{}"), &signup.Response{}); err != nil {
		return err
	}
	if err := p.account(store); err != nil { // which notes the hash of passwords
		return err
	}
	if p.meta, err = scan(ctx, store, "meta/"); err != nil {
		return err
	}
	const workers, together = 4, 100
	errs := make([]error, workers)
	var left atomic.Int64
	left.Store(int64(accounts - 1))
	var all sync.WaitGroup
	for worker := range workers {
		all.Go(func() {
			for errs[worker] == nil {
				count := min(left.Add(-together)+together, together)
				if count <= 0 {
					return
				}
				errs[worker] = p.accounts(ctx, store, int(count))
			}
		})
	}
	all.Wait()
	return errors.Join(errs...)
}

// population runs operations on stores.
type population struct {
	engine *signup.Engine
	clock  *signuptest.Clock
	meta   []kv.Put // the records of the store as a whole
}

// accounts makes accounts in memory and writes their records to a store.
func (p *population) accounts(ctx context.Context, store kv.Store, count int) error {
	scratch := memory.New()
	if err := write(ctx, scratch, p.meta); err != nil {
		return err
	}
	for range count {
		if err := p.account(scratch); err != nil {
			return err
		}
	}
	records, err := scan(ctx, scratch, "")
	if err != nil {
		return err
	}
	return write(ctx, store, slices.DeleteFunc(records, func(put kv.Put) bool { return strings.HasPrefix(put.Key, "meta/") }))
}

// account signs somebody up and confirms the address.
func (p *population) account(store kv.Store) error {
	request, err := somebody().JSON()
	if err != nil {
		return err
	}
	var claim signup.SignupResponse
	if err := p.run(store, "signup", request, &claim); err != nil {
		return err
	}
	if request, err = (signup.ConfirmRequest{ConfirmToken: claim.ConfirmToken}).JSON(); err != nil {
		return err
	}
	return p.run(store, "confirm", request, &signup.ConfirmResponse{})
}

// run runs an operation on a host whose password hash takes no time.
func (p *population) run(store kv.Store, operation string, request []byte, answer interface{ OK() bool }) error {
	at := &signuptest.Host{Store: store, Clock: p.clock, Random: rand.Reader}
	text := p.engine.Run(operation, at, request)
	if err := json.Unmarshal(text, answer); err != nil {
		return err
	}
	if !answer.OK() {
		return fmt.Errorf("%s: %s", operation, text)
	}
	return nil
}

// scan returns all records under a prefix.
func scan(ctx context.Context, store kv.Store, prefix string) (records []kv.Put, err error) {
	for after := ""; ; {
		entries, err := store.Scan(ctx, prefix, after, kv.MaxScanLimit)
		if err != nil {
			return nil, err
		}
		for _, entry := range entries {
			records = append(records, kv.Put{Key: entry.Key, Data: entry.Data})
		}
		if len(entries) < kv.MaxScanLimit {
			return records, nil
		}
		after = entries[len(entries)-1].Key
	}
}

// write writes records in as few commits as the contract of stores allows.
func write(ctx context.Context, store kv.Store, records []kv.Put) error {
	for puts := range slices.Chunk(records, kv.MaxChanges) {
		applied, err := store.Commit(ctx, kv.Batch{Puts: puts})
		if err == nil && !applied {
			err = errors.New("the store applied no commit without checks")
		}
		if err != nil {
			return err
		}
	}
	return nil
}
