package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/signup"
	"github.com/enrol-sso/enrol/wasm/wire"
)

// answers returns a service that always returns the same answer.
func answers(answer string) func(signup.ServiceCall) (string, error) {
	return func(signup.ServiceCall) (string, error) { return answer, nil }
}

// fails is a service that always fails.
func fails(signup.ServiceCall) (string, error) {
	return "", errors.New("the service answered with HTTP status 500")
}

// provides lets services accept everything.
func provides(names ...string) func(*stage) {
	return func(s *stage) {
		for _, name := range names {
			s.services[name] = answers("{}")
		}
	}
}

// breaks lets services fail.
func breaks(names ...string) func(*stage) {
	return func(s *stage) {
		for _, name := range names {
			s.services[name] = fails
		}
	}
}

// dispatches runs dispatch a number of times before the recorded operation, and
// waits for the back-off after each.
func dispatches(times int) func(*stage) {
	return func(s *stage) {
		for range times {
			s.must("dispatch", "{}")
			s.Clock.Set(s.Clock.Now() + 61*minute)
		}
	}
}

// damages makes the first event unreadable.
func damages(s *stage) {
	events, err := s.Store.Scan(context.Background(), "event/", "", 1)
	if err != nil || len(events) != 1 {
		panic(fmt.Sprint("record: there is no event to damage: ", err))
	}
	batch := kv.Batch{Puts: []kv.Put{{Key: events[0].Key, Data: `{"v":1,"id":`}}}
	if _, err := s.Store.Commit(context.Background(), batch); err != nil {
		panic("record: " + err.Error())
	}
}

// deliveries are scenarios of dispatch.
func deliveries() []scenario {
	const crm, hook = "crm.new-user", "https://hooks.example.com/enrol"
	valid := func(s *stage) {
		s.services["check.blocklist"] = answers(`{"is_valid":true}`)
		s.services["check.invitation"] = answers(`{"is_valid":true}`)
	}
	signedUp := steps(valid, signsUp("ada"))
	dispatch := func(name, about, conf string, earlier func(*stage), request string, m meddler) scenario {
		return scenario{name: "dispatch-" + name, about: about, conf: conf, before: earlier, operation: "dispatch", request: fixed(request), meddle: m}
	}
	return []scenario{
		dispatch("named-services", "a service and an SMTP connection with URLs", named,
			steps(provides("https://mail.example.com/send", "https://crm.example.com/new"), signsUp("ada")), `{}`, nil),
		dispatch("nothing", "nothing is due", services, nil, `{}`, nil),
		dispatch("ok", "two callbacks of one signup, signed as in Standard Webhooks", services, steps(signedUp, provides(crm, hook)), `{"cid":"cid-3"}`, nil),
		dispatch("failing", "a service that fails waits, the other is not delayed", services, steps(signedUp, provides(crm), breaks(hook)), `{}`, nil),
		dispatch("retry", "a second try has the same id and another time", services,
			steps(signedUp, provides(crm), breaks(hook), dispatches(1), provides(hook)), `{}`, nil),
		dispatch("not-due", "a failed event is not tried before it is due", services, steps(signedUp, breaks(crm, hook), func(s *stage) { s.must("dispatch", "{}"); s.Clock.Set(s.Clock.Now() + second) }), `{}`, nil),
		dispatch("dead", "the last try fails: a dead letter", services, steps(signedUp, provides(crm), breaks(hook), dispatches(19)), `{}`, nil),
		listing("dead", "ok", "the dead letters", steps(signedUp, provides(crm), breaks(hook), dispatches(20)), fixed(`{"super_user":true}`)),
		listing("dead", "no-right", "without the right: E005005", nil, fixed(`{}`)),
		listing("retry", "ok", "a dead event is due again", steps(signedUp, provides(crm), breaks(hook), dispatches(20)), func(s *stage) string {
			event := s.must("dead", `{"super_user":true}`)["events"].([]any)[0].(map[string]any)
			return `{"id":` + quoted(event["id"].(string)) + `,"super_user":true}`
		}),
		listing("retry", "unknown", "there is no such event: E005001", nil, fixed(`{"id":"00/1/2","super_user":true}`)),
		dispatch("limit", "a limit of one event: the answer says that there are more", services, steps(signedUp, provides(crm, hook)), `{"limit":1}`, nil),
		dispatch("bad-limit", "an invalid limit: E008002", services, nil, `{"limit":0.5}`, nil),
		dispatch("void", "the callbacks of a void claim are never made", spread, steps(provides(crm), signsUp("ada"), dispatches(1), signsUp("ＡＤＡ")), `{}`, nil),
		dispatch("message", "the message with the token", mail, steps(provides("mail.send"), signsUp("ada")), `{}`, nil),
		dispatch("message-capped", "a message above the daily cap of an address waits for the next day", mail+"message_daily_cap=1\n",
			steps(provides("mail.send"), signsUp("ada"), dispatches(1), signsUp("bob", "email", `"ada@example.com"`)), `{}`, nil),
		dispatch("message-name-taken", "the message to a user who chose a taken name", mail,
			steps(provides("mail.send"), signsUp("ada"), dispatches(1), signsUp("ＡＤＡ", "email", `"other@example.com"`)), `{}`, nil),
		dispatch("message-address-taken", "the message to the owner of a taken address", mail,
			steps(provides("mail.send"), signsUp("ada"), confirms("ada"), dispatches(1), passes(minute), dispatches(1), signsUp("bob", "email", `"ada@example.com"`)), `{}`, nil),
		dispatch("welcome-waits", "a welcome message waits for the message before it", mail,
			steps(breaks("mail.send"), signsUp("ada"), func(s *stage) { s.must("dispatch", "{}") }, confirms("ada"), provides("mail.send")), `{}`, nil),
		dispatch("rival-leases", "another dispatcher leases the event first", services, steps(signedUp, provides(crm, hook)), `{"limit":1}`,
			rival(func(s *stage) { s.must("dispatch", `{"limit":1}`) })),
		dispatch("settle-lost", "the answer to the removal is lost: the event may be delivered again", services, steps(signedUp, provides(crm, hook)), `{"limit":1}`, on(wire.Commit, 1, lost)),
		dispatch("lease-error", "the store fails: a fault, nothing is delivered", services, steps(signedUp, provides(crm, hook)), `{}`, on(wire.Commit, 0, full)),
		dispatch("damage", "a damaged event is named and skipped, the others are delivered", services, steps(signedUp, provides(crm, hook), damages), `{}`, nil),
		dispatch("buckets", "all sixteen buckets are read", spread, steps(provides(crm), signsUp("ada"), signsUp("bob")), `{}`, nil),
	}
}

// listing returns a scenario of an operation on dead letters.
func listing(operation, name, about string, earlier func(*stage), request func(*stage) string) scenario {
	return scenario{name: operation + "-" + name, about: about, conf: services, before: earlier, operation: operation, request: request}
}

// openings are scenarios of preparing or checking a store.
func openings() []scenario {
	return []scenario{
		{name: "open-first", about: "an empty store is prepared", conf: spread, operation: "open", request: fixed(`{}`)},
		{name: "open-again", about: "a store in use is checked", conf: discreet, before: func(s *stage) { s.must("open", "{}") }, operation: "open", request: fixed(`{}`)},
		{
			name: "open-rival", about: "two processes open one store concurrently", conf: discreet, operation: "open", request: fixed(`{}`),
			meddle: rival(func(s *stage) { s.must("open", "{}") }),
		},
		{
			name: "open-wrong-key", about: "a store sealed with another key with the same id", conf: discreet, operation: "open", request: fixed(`{}`),
			secretKey: "k1:HB0eHwAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
			before: func(s *stage) {
				if err := s.configure(discreet, secretKey); err != nil {
					panic(err)
				}
				s.must("open", "{}")
			},
		},
		{
			name: "signup-newer-record", about: "a record of a newer version is refused", conf: discreet, operation: "signup", request: fixed(person("ada")),
			meddle: on(wire.Get, 1, `{"values":[{"version":"x","data":"{\"v\":2}"},null,null]}`),
		},
	}
}
