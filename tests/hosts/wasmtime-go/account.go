package main

import (
	"errors"
	"fmt"
	"slices"

	"github.com/enrol-sso/enrol/kv/pebble"
)

const accountConf = `
[main]
email_service=mail
[apps]
all=CRM
signup_allowed=CRM
[signup]
is_approval_needed=False
inform_if_user_exists=True
callback_service_list=crm
[enrol]
message_cooldown=0
`

// delivery is one event that reached a service.
type delivery struct {
	service, id string
	event       Event
}

// installation is a host in its simplest form: every answer comes at once.
type installation struct {
	module    *Module
	dir       string
	secretKey string
	delivered []delivery
}

// open runs something on the store on disk, as a process does that starts.
func (i *installation) open(use func(run runner) error) (err error) {
	store, err := pebble.Open(i.dir, pebble.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	effects := &Effects{store: store, services: map[string]Service{"mail": i.service("mail"), "crm": i.service("crm")}}
	instance, err := NewInstance(i.module, accountConf, i.secretKey)
	if err != nil {
		return err
	}
	defer instance.Close()
	run := func(o Operation) (Response, error) {
		state, err := o.start(instance, func(_ uint32, effect string, request []byte) []byte { return effects.Perform(effect, request) })
		if err != nil {
			return Response{}, err
		}
		return readResponse(state.Response)
	}
	if _, err := runner(run).expect(Operation{"open", object{}}, Response.ok); err != nil {
		return err
	}
	return use(run)
}

func (i *installation) service(name string) Service {
	return func(event Event, id string) { i.delivered = append(i.delivered, delivery{name, id, event}) }
}

// events returns what a service got.
func (i *installation) events(service string) (events []Event) {
	for _, d := range i.delivered {
		if d.service == service {
			events = append(events, d.event)
		}
	}
	return events
}

// runner runs an operation to its end.
type runner func(Operation) (Response, error)

// expect runs an operation, whose response must be as said.
func (run runner) expect(o Operation, holds func(Response) bool) (Response, error) {
	r, err := run(o)
	if err == nil && !holds(r) {
		err = fmt.Errorf("the response is not as expected: %+v", r)
	}
	if err != nil {
		err = fmt.Errorf("%s: %w", o.Name, err)
	}
	return r, err
}

func refusal(code string) func(Response) bool {
	return func(r Response) bool { return r.refused(code) }
}

func delivers(n int) func(Response) bool {
	return func(r Response) bool { return r.ok() && r.Delivered == n }
}

// checkAccount takes one account from signup to confirmation.
func checkAccount(module *Module, dir string) error {
	i := &installation{module: module, dir: dir, secretKey: newSecretKey()}
	var userID string
	err := i.open(func(run runner) (err error) {
		userID, err = i.signUp(run)
		return err
	})
	if err != nil {
		return err
	}
	err = i.open(func(run runner) error { return i.live(run, userID) })
	if err != nil {
		return fmt.Errorf("opened again: %w", err)
	}
	mail := i.events("mail")
	if len(i.delivered) != 3 || len(mail) != 2 || mail[0].Data.Kind != "confirm" || mail[1].Data.Kind != "welcome" {
		return fmt.Errorf("delivered: %+v", i.delivered)
	}
	var ids []string
	for _, d := range i.delivered {
		if d.id == "" || slices.Contains(ids, d.id) {
			return fmt.Errorf("delivered without an id of its own: %+v", d)
		}
		ids = append(ids, d.id)
	}
	return nil
}

// signUp signs up, dispatches and confirms.
func (i *installation) signUp(run runner) (userID string, err error) {
	signedUp, err := run.expect(signup("Ada", "ada@example.com"), Response.ok)
	if err != nil {
		return "", err
	}
	if _, err := run.expect(dispatch, delivers(2)); err != nil {
		return "", err
	}
	mail, crm := i.events("mail"), i.events("crm")
	if len(mail) != 1 || len(crm) != 1 || mail[0].Data.Token != signedUp.ConfirmToken || crm[0].Data.Username != "Ada" {
		return "", fmt.Errorf("delivered: %+v, signed up: %+v", i.delivered, signedUp)
	}
	if _, err := run.expect(signup("ADA", "other@example.com"), refusal("E001002")); err != nil {
		return "", err
	}
	confirm := Operation{"confirm", object{"confirm_token": mail[0].Data.Token, "current_app": "CRM"}}
	confirmed, err := run.expect(confirm, Response.ok)
	if err != nil {
		return "", err
	}
	_, err = run.expect(confirm, refusal("E005007"))
	return confirmed.UserID, err
}

// live is what comes after: the account is there, and is welcomed once.
func (i *installation) live(run runner, userID string) error {
	_, err := run.expect(Operation{"get", object{"username": "ada"}}, func(r Response) bool {
		return r.ok() && r.User.UserID == userID && r.User.SignUpStatus == "final" && r.User.Email == "ada@example.com"
	})
	if err != nil {
		return err
	}
	verify := Operation{"verify", object{"username": "ada", "password": password, "current_app": "CRM"}}
	if _, err := run.expect(verify, Response.ok); err != nil {
		return err
	}
	if _, err := run.expect(dispatch, delivers(1)); err != nil {
		return err
	}
	_, err = run.expect(dispatch, delivers(0))
	return err
}
