package main

import (
	"fmt"
	"math/rand/v2"
)

// kind is a kind of request: an index into the kinds of an operation.
type kind int

// operation is what is measured: requests of several kinds that have to be
// answered alike.
type operation struct {
	path   string
	status int // of each answer
	kinds  []string
	conf   string // what of [enrol] it needs

	// body makes the n-th request of a kind. Who is somebody that nobody knows.
	body func(k kind, n int, who identity, p *people) []byte
}

// operations are those that could tell who has an account.
var operations = map[string]operation{
	"signup": {
		path:   "/zato/sso/user/signup",
		status: 200,
		kinds:  []string{"fresh", "name of a claim", "name of an account", "address of an account"},
		body: func(k kind, n int, who identity, p *people) []byte {
			switch k {
			case 1:
				who.username = p.claims[n].username
			case 2:
				who.username = p.accounts[n].username
			case 3:
				who.email = p.accounts[n].email
			}
			return fmt.Appendf(nil, `{"username":%q,"email":%q,"password":%q,"app_list":["CRM"]}`, who.username, who.email, password)
		},
	},
	"verify": { // with a wrong password
		path:   "/zato/sso/user/verify",
		status: 403,
		kinds:  []string{"nobody's name", "name of a claim", "name of an account"},
		body: func(k kind, n int, who identity, p *people) []byte {
			switch k {
			case 1:
				who.username = p.claims[n].username
			case 2:
				who.username = p.accounts[n].username
			}
			return fmt.Appendf(nil, `{"username":%q,"password":"another secret than that"}`, who.username)
		},
	},
	"verify-address": {
		path:   "/zato/sso/user/verify",
		status: 403,
		kinds:  []string{"nobody's address", "address of a claim", "address of an account"},
		body: func(k kind, n int, who identity, p *people) []byte {
			switch k {
			case 1:
				who.email = p.claims[n].email
			case 2:
				who.email = p.accounts[n].email
			}
			return fmt.Appendf(nil, `{"email":%q,"password":"another secret than that"}`, who.email)
		},
	},
	"resend": {
		path:   "/zato/sso/user/signup/resend",
		status: 200,
		conf:   "resend_cooldown=0\n",
		kinds:  []string{"nobody", "a claim", "a claim, another address", "an account"},
		body: func(k kind, n int, who identity, p *people) []byte {
			switch k {
			case 1:
				who = p.claims[n]
			case 2:
				who.username = p.claims[len(p.claims)-1-n].username
			case 3:
				who = p.accounts[n]
			}
			return fmt.Appendf(nil, `{"username":%q,"email":%q}`, who.username, who.email)
		},
	},
}

// probe is a request of a kind.
type probe struct {
	kind kind
	body []byte
}

// plan puts requests of all kinds, as many of each, into a random order.
func plan(random *rand.Rand, p *people, s settings) []probe {
	var probes []probe
	for n := range s.requests + s.warmUp {
		k := kind(n % len(s.operation.kinds))
		is := k
		if s.same {
			is = 0
		}
		probes = append(probes, probe{k, s.operation.body(is, n/len(s.operation.kinds), draw(random), p)})
	}
	random.Shuffle(len(probes), func(i, j int) { probes[i], probes[j] = probes[j], probes[i] })
	return probes
}
