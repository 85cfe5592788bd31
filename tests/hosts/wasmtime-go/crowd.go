package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/kv/pebble"
)

const crowdConf = `
[password]
min_complexity=0
[apps]
all=CRM
signup_allowed=CRM
[signup]
inform_if_user_exists=True
callback_service_list=crm
[enrol]
argon2_memory=8192
argon2_iterations=1
`

const (
	rivals  = 50
	offices = 3
	own     = 5 // names that each office has to itself
)

// slowStore is a store that is some way off.
type slowStore struct{ kv.Store }

func (s slowStore) Get(ctx context.Context, keys []string) ([]kv.Value, error) {
	time.Sleep(2 * time.Millisecond)
	return s.Store.Get(ctx, keys)
}

func (s slowStore) Commit(ctx context.Context, batch kv.Batch) (bool, error) {
	time.Sleep(2 * time.Millisecond)
	return s.Store.Commit(ctx, batch)
}

// crowd is many operations at once: in one instance, and in several on
// goroutines of their own.
type crowd struct {
	module    *Module
	secretKey string
	effects   *Effects
	mu        sync.Mutex
	delivered []string // names
}

// checkCrowd lets a crowd sign up, and looks at who won and what was delivered.
func checkCrowd(module *Module, dir string) (err error) {
	store, err := pebble.Open(dir, pebble.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	c := &crowd{module: module, secretKey: newSecretKey()}
	c.effects = &Effects{store: slowStore{store}, services: map[string]Service{"crm": c.hear}}
	if err := c.rival(); err != nil {
		return err
	}
	if err := c.share(); err != nil {
		return err
	}
	names := []string{"ada", "grace"}
	for office := range offices {
		names = append(names, ownNames(office)...)
	}
	slices.Sort(names)
	slices.Sort(c.delivered)
	if !slices.Equal(c.delivered, names) {
		return fmt.Errorf("delivered: %v, want %v", c.delivered, names)
	}
	return nil
}

// hear is the callback service.
func (c *crowd) hear(event Event, _ string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.delivered = append(c.delivered, event.Data.Username)
}

// within runs something in an office with an instance of its own.
func (c *crowd) within(desks int, use func(*Office) error) error {
	office, err := OpenOffice(c.module, crowdConf, c.secretKey, c.effects, desks)
	if err != nil {
		return err
	}
	defer office.Close()
	return use(office)
}

// rival is one name, many who want it, one instance.
func (c *crowd) rival() error {
	return c.within(8, func(office *Office) error {
		opened, err := office.Run(Operation{"open", object{}})
		if err != nil || !opened[0].ok() {
			return fmt.Errorf("open: %+v, %w", opened, err)
		}
		var signups []Operation
		for i := range rivals {
			signups = append(signups, signup("ada", fmt.Sprintf("ada%d@example.com", i)))
		}
		responses, err := office.Run(signups...)
		if err != nil {
			return err
		}
		if office.mostWaiting != rivals {
			return fmt.Errorf("only %d operations ran at once", office.mostWaiting)
		}
		return oneWinner(responses)
	})
}

// share is several instances on one store: one name for all, some for each; and
// all of them deliver.
func (c *crowd) share() error {
	firsts, errs := make([]Response, offices), make([]error, offices)
	var all sync.WaitGroup
	for i := range offices {
		all.Go(func() {
			errs[i] = c.within(2, func(office *Office) (err error) {
				firsts[i], err = work(office, i)
				return err
			})
		})
	}
	all.Wait()
	if err := errors.Join(errs...); err != nil {
		return err
	}
	if err := oneWinner(firsts); err != nil {
		return err
	}
	return c.within(1, func(office *Office) error {
		last, err := office.Run(dispatch)
		if err == nil && (!last[0].ok() || !last[0].NextDue.IsZero()) {
			err = fmt.Errorf("something is still to be delivered: %+v", last[0])
		}
		return err
	})
}

// work is what each office does. It returns the answer for the name that all
// want.
func work(office *Office, i int) (first Response, err error) {
	signups := []Operation{signup("grace", fmt.Sprintf("grace%d@example.com", i))}
	for _, name := range ownNames(i) {
		signups = append(signups, signup(name, name+"@example.com"))
	}
	responses, err := office.Run(signups...)
	if err != nil {
		return first, err
	}
	for _, r := range responses[1:] {
		if !r.ok() {
			return first, fmt.Errorf("a name that nobody else wanted: %+v", r)
		}
	}
	_, err = office.Run(dispatch, dispatch)
	return responses[0], err
}

func ownNames(office int) (names []string) {
	for k := range own {
		names = append(names, fmt.Sprintf("own%d-%d", office, k))
	}
	return names
}

func oneWinner(responses []Response) error {
	won, refused := 0, 0
	for _, r := range responses {
		switch {
		case r.ok():
			won++
		case r.refused("E001002"):
			refused++
		}
	}
	if won != 1 || refused != len(responses)-1 {
		return fmt.Errorf("%d of %d won and %d were refused", won, len(responses), refused)
	}
	return nil
}
