package faults

import (
	"errors"
	"fmt"
)

// chapter is a load: steps one after another.
type chapter struct {
	name     string
	settings settings
	steps    []step
	refuses  bool // each service refuses each event once
}

// step is one operation of a load, or a pause. Every signup and confirmation
// has an idempotency key, so that it can be repeated.
type step struct {
	name      string // also the idempotency key
	operation string
	username  string
	email     string
	confirms  string // the step whose token is confirmed
	pause     int64
	refused   bool // must be refused, or appear so
	gone      bool // its subject has no account in the end
}

// request is the request of a step, given the tokens in earlier answers.
func (s step) request(tokens map[string]string) string {
	switch s.operation {
	case "signup":
		return signupRequest(s.username, s.email, s.name)
	case "confirm":
		return confirmRequest(tokens[s.confirms], s.name)
	case "resend":
		return fmt.Sprintf(`{"cid":"c","username":%q,"email":%q}`, s.username, s.email)
	case "approve", "reject", "lock", "unlock":
		return decide(tokens["id of "+s.username])
	}
	return `{}`
}

func signs(name, username, email string) step {
	return step{name: name, operation: "signup", username: username, email: email}
}

func confirms(of, username string) step {
	return step{name: "confirm " + of, operation: "confirm", username: username, confirms: of}
}

func delivers() step { return step{name: "dispatch", operation: "dispatch"} }

func decides(operation, username string) step {
	return step{name: operation + " " + username, operation: operation, username: username}
}

func refused(s step) step {
	s.refused = true
	return s
}

func gone(s step) step {
	s.gone = true
	return s
}

// repeats reports whether repeating a finished step gives the same answer.
func (s step) repeats() bool {
	return s.pause == 0 && s.operation != "dispatch" && s.operation != "purge" && s.operation != "reject"
}

// chapters is the scripted load. No two chapters share a
// username or an address.
func chapters() []chapter {
	return []chapter{
		{name: "plain", steps: []step{
			signs("a1", "ada", "ada@example.com"),
			signs("a1", "ada", "ada@example.com"), // again
			signs("b1", "bob", "bob@example.com"),
			delivers(),
			confirms("a1", "ada"),
			confirms("a1", "ada"),
			delivers(),
			refused(signs("a2", "ADA", "other@example.com")),
			confirms("b1", "bob"),
			signs("c1", "cyd", ""),
			delivers(),
		}},
		{name: "approval", settings: settings{approval: true, discreet: true}, steps: []step{
			signs("d1", "dan", "dan@example.com"),
			refused(signs("d2", "Dan", "eve@example.com")),
			delivers(),
			confirms("d1", "dan"),
			refused(signs("f1", "fay", "dan@example.com")),
			signs("g1", "gus", "gus@example.com"),
			signs("h1", "hal", "gus@example.com"), // two for one address
			confirms("h1", "hal"),
			refused(confirms("g1", "gus")),
			delivers(),
		}},
		{name: "refusing services", refuses: true, steps: []step{
			signs("i1", "ivy", "ivy@example.com"),
			delivers(),
			confirms("i1", "ivy"),
			{name: "a moment", pause: 6 * second},
			delivers(),
			signs("j1", "joe", "joe@example.com"),
			{name: "another", pause: 6 * second},
			delivers(),
			{name: "a third", pause: 11 * second},
			delivers(),
			confirms("j1", "joe"),
		}},
		{name: "expired", steps: []step{
			gone(signs("k1", "kim", "kim@example.com")),
			signs("l1", "lea", "lea@example.com"),
			delivers(),
			confirms("l1", "lea"),
			{name: "an hour", pause: 61 * minute},
			signs("k2", "Kim", "new@example.com"), // takes the name over
			confirms("k2", "Kim"),
			delivers(),
			signs("k3", "mia", "kim@example.com"),
			delivers(),
		}},
		{name: "decided", settings: settings{approval: true}, steps: []step{
			signs("m1", "max", "max@example.com"),
			gone(signs("n1", "nan", "nan@example.com")),
			gone(signs("o1", "oda", "oda@example.com")),
			confirms("m1", "max"),
			gone(confirms("n1", "nan")),
			decides("approve", "max"),
			gone(refused(decides("reject", "nan"))), // refused if repeated: the account is gone
			{name: "two minutes", pause: 2 * minute},
			gone(step{name: "resend", operation: "resend", username: "oda", email: "oda@example.com"}),
			delivers(),
			gone(step{name: "resend to nobody", operation: "resend", username: "nobody", email: "oda@example.com"}),
			{name: "an hour", pause: 61 * minute},
			{name: "purge", operation: "purge"},
			decides("lock", "max"),
			decides("unlock", "max"),
			signs("o2", "Oda", "nan@example.com"), // a name and an address that are free again
			confirms("o2", "Oda"),
			delivers(),
		}},
	}
}

// short is a load of which every effect counts.
func short() chapter {
	return chapter{name: "short", steps: []step{
		signs("z1", "zoe", "zoe@example.com"),
		confirms("z1", "zoe"),
		delivers(),
	}}
}

// play plays the steps of a chapter in order that tell selects; heard receives
// each answer.
func (w *world) play(c chapter, tokens map[string]string, skip func(n int) bool, heard func(n int, r reply)) {
	for n, s := range c.steps {
		if s.pause > 0 {
			if !skip(n) {
				w.advance(s.pause)
				heard(n, reply{})
			}
			continue
		}
		r := w.run(s.operation, s.request(tokens))
		if s.operation == "signup" && r.OK() {
			tokens[s.name] = r.ConfirmToken
		}
		if s.operation == "confirm" && r.OK() {
			tokens["id of "+s.username] = r.UserID
		}
		heard(n, r)
	}
}

var errLater = errors.New("not now")

// refusing returns a service that refuses each event on its first call.
func refusing() func(call) error {
	known := map[string]bool{}
	return func(c call) error {
		if known[c.id] {
			return nil
		}
		known[c.id] = true
		return fmt.Errorf("%s: %w", c.service, errLater)
	}
}
