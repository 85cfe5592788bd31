package main

import (
	"errors"

	"github.com/enrol-sso/enrol/signup"
	"github.com/enrol-sso/enrol/wasm/wire"
)

// answers is a service that always answers the same.
func answers(answer string) func(signup.ServiceCall) (string, error) {
	return func(signup.ServiceCall) (string, error) { return answer, nil }
}

// fails is a service that never accepts anything.
func fails(signup.ServiceCall) (string, error) {
	return "", errors.New("the service answered with HTTP status 500")
}

// provides returns what makes services accept everything.
func provides(names ...string) func(*stage) {
	return func(s *stage) {
		for _, name := range names {
			s.services[name] = answers("{}")
		}
	}
}

// breaks returns what makes services fail.
func breaks(names ...string) func(*stage) {
	return func(s *stage) {
		for _, name := range names {
			s.services[name] = fails
		}
	}
}

// dispatches runs dispatch, which is not recorded, a number of times, each
// when the back-off is over.
func dispatches(times int) func(*stage) {
	return func(s *stage) {
		for range times {
			s.must("dispatch", "{}")
			s.now += 61 * minute
		}
	}
}

// deliveries are runs of dispatch.
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
		dispatch("nothing", "nothing is due", services, nil, `{}`, nil),
		dispatch("ok", "two callbacks of one signup, signed by Standard Webhooks", services, steps(signedUp, provides(crm, hook)), `{"cid":"cid-3"}`, nil),
		dispatch("failing", "a service that fails waits, the other is not held up", services, steps(signedUp, provides(crm), breaks(hook)), `{}`, nil),
		dispatch("retry", "a second try has the same id and another time", services,
			steps(signedUp, provides(crm), breaks(hook), dispatches(1), provides(hook)), `{}`, nil),
		dispatch("not-due", "what failed is not tried before its time", services, steps(signedUp, breaks(crm, hook), func(s *stage) { s.must("dispatch", "{}"); s.now += second }), `{}`, nil),
		dispatch("dead", "the last try fails: a dead letter", services, steps(signedUp, provides(crm), breaks(hook), dispatches(19)), `{}`, nil),
		listing("dead", "ok", "the events that were given up", steps(signedUp, provides(crm), breaks(hook), dispatches(20)), fixed(`{"super_user":true}`)),
		listing("dead", "no-right", "without the right: E005005", nil, fixed(`{}`)),
		listing("retry", "ok", "a dead event is due again", steps(signedUp, provides(crm), breaks(hook), dispatches(20)), func(s *stage) string {
			event := s.must("dead", `{"super_user":true}`)["events"].([]any)[0].(map[string]any)
			return `{"id":` + quoted(event["id"].(string)) + `,"super_user":true}`
		}),
		listing("retry", "unknown", "there is no such event: E005001", nil, fixed(`{"id":"00/1/2","super_user":true}`)),
		dispatch("limit", "one event at most, and word that there are more", services, steps(signedUp, provides(crm, hook)), `{"limit":1}`, nil),
		dispatch("bad-limit", "a limit that is none: E008002", services, nil, `{"limit":0.5}`, nil),
		dispatch("void", "the callbacks of a void claim are made by nobody", spread, steps(provides(crm), signsUp("ada"), dispatches(1), signsUp("ＡＤＡ")), `{}`, nil),
		dispatch("message", "the message with the token", mail, steps(provides("mail.send"), signsUp("ada")), `{}`, nil),
		dispatch("message-capped", "one message too many to an address waits for the next day", mail+"message_daily_cap=1\n",
			steps(provides("mail.send"), signsUp("ada"), dispatches(1), signsUp("bob", "email", `"ada@example.com"`)), `{}`, nil),
		dispatch("message-name-taken", "the message to who chose a taken name", mail,
			steps(provides("mail.send"), signsUp("ada"), dispatches(1), signsUp("ＡＤＡ", "email", `"other@example.com"`)), `{}`, nil),
		dispatch("message-address-taken", "the message to the owner of a taken address", mail,
			steps(provides("mail.send"), signsUp("ada"), confirms("ada"), dispatches(1), func(s *stage) { s.now += minute }, dispatches(1), signsUp("bob", "email", `"ada@example.com"`)), `{}`, nil),
		dispatch("welcome-waits", "a message of welcome waits for the one before it", mail,
			steps(breaks("mail.send"), signsUp("ada"), func(s *stage) { s.must("dispatch", "{}") }, confirms("ada"), provides("mail.send")), `{}`, nil),
		dispatch("rival-leases", "another dispatcher leases the event first", services, steps(signedUp, provides(crm, hook)), `{"limit":1}`,
			rival(func(s *stage) { s.must("dispatch", `{"limit":1}`) })),
		dispatch("settle-lost", "the answer to the removal is lost: the event may be delivered again", services, steps(signedUp, provides(crm, hook)), `{"limit":1}`, on(wire.Commit, 1, lost)),
		dispatch("lease-error", "the store fails: a fault, nothing is delivered", services, steps(signedUp, provides(crm, hook)), `{}`, on(wire.Commit, 0, full)),
		dispatch("buckets", "sixteen buckets are looked through", spread, steps(provides(crm), signsUp("ada"), signsUp("bob")), `{}`, nil),
	}
}

// listing is an operation about dead events.
func listing(operation, name, about string, earlier func(*stage), request func(*stage) string) scenario {
	return scenario{name: operation + "-" + name, about: about, conf: services, before: earlier, operation: operation, request: request}
}

// openings prepare or check a store.
func openings() []scenario {
	return []scenario{
		{name: "open-first", about: "an empty store is prepared", conf: spread, operation: "open", request: fixed(`{}`)},
		{name: "open-again", about: "a store that is in use is checked", conf: discreet, before: func(s *stage) { s.must("open", "{}") }, operation: "open", request: fixed(`{}`)},
		{
			name: "open-rival", about: "two processes open one store at once", conf: discreet, operation: "open", request: fixed(`{}`),
			meddle: rival(func(s *stage) { s.must("open", "{}") }),
		},
		{
			name: "open-wrong-key", about: "a store sealed with another key of that id", conf: discreet, operation: "open", request: fixed(`{}`),
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
