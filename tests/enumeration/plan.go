package main

import (
	"fmt"
	"math/rand/v2"
)

// kind is a kind of request: an index into the names of an operation.
type kind int

// operation is an operation to measure: requests of several kinds with equal
// answers.
type operation struct {
	path   string
	status int    // of each answer
	conf   string // the settings of [enrol] that it needs
	older  bool   // the costs of hashes changed when half of the accounts were made
	body   func(who identity) []byte
	names  []string  // of the kinds
	about  []subject // the subject of a request of each kind
}

// subject turns an unknown user into the subject of the n-th request of a kind.
type subject func(who *identity, n int, p *people)

func nobody(*identity, int, *people) {}

func nameOfClaim(who *identity, n int, p *people)      { who.username = p.claims[n].username }
func nameOfAccount(who *identity, n int, p *people)    { who.username = p.accounts[n].username }
func addressOfClaim(who *identity, n int, p *people)   { who.email = p.claims[n].email }
func addressOfAccount(who *identity, n int, p *people) { who.email = p.accounts[n].email }

func wholeClaim(who *identity, n int, p *people)   { *who = p.claims[n] }
func wholeAccount(who *identity, n int, p *people) { *who = p.accounts[n] }
func wholeVoid(who *identity, n int, p *people)    { *who = p.voids[n] }
func nameOfVoid(who *identity, n int, p *people)   { who.username = p.voids[n].username }

// otherVoid is about a name that no other kind asks for.
func otherVoid(who *identity, n int, p *people) { nameOfVoid(who, len(p.voids)-1-n, p) }

// otherClaim is about a name that no other kind asks for.
func otherClaim(who *identity, n int, p *people) { nameOfClaim(who, len(p.claims)-1-n, p) }

// operations are the operations that could reveal who has an account.
var operations = map[string]operation{
	"signup": {
		path:   "/zato/sso/user/signup",
		status: 200,
		body: func(who identity) []byte {
			return fmt.Appendf(nil, `{"username":%q,"email":%q,"password":%q,"app_list":["CRM"]}`, who.username, who.email, password)
		},
		names: []string{"fresh", "name of a claim", "name of an account", "address of an account"},
		about: []subject{nobody, nameOfClaim, nameOfAccount, addressOfAccount},
	},
	"verify": { // with a wrong password
		path:   "/zato/sso/user/verify",
		status: 403,
		body: func(who identity) []byte {
			return fmt.Appendf(nil, `{"username":%q,"password":"another secret than that"}`, who.username)
		},
		names: []string{"nobody's name", "name of a claim", "name of an account", "name of a void claim"},
		about: []subject{nobody, nameOfClaim, nameOfAccount, nameOfVoid},
	},
	"verify-own": { // with the right password, if the answer does not disclose that the claim waits
		path:   "/zato/sso/user/verify",
		status: 403,
		body: func(who identity) []byte {
			return fmt.Appendf(nil, `{"username":%q,"password":%q}`, who.username, password)
		},
		names: []string{"nobody's name", "own claim", "own void claim"},
		about: []subject{nobody, nameOfClaim, nameOfVoid},
	},
	"verify-older": { // with a wrong password
		path:   "/zato/sso/user/verify",
		status: 403,
		older:  true,
		body: func(who identity) []byte {
			return fmt.Appendf(nil, `{"username":%q,"password":"another secret than that"}`, who.username)
		},
		names: []string{"nobody's name", "account, half older"},
		about: []subject{nobody, nameOfAccount},
	},
	"verify-older-address": {
		path:   "/zato/sso/user/verify",
		status: 403,
		older:  true,
		body: func(who identity) []byte {
			return fmt.Appendf(nil, `{"email":%q,"password":"another secret than that"}`, who.email)
		},
		names: []string{"nobody's address", "account, half older"},
		about: []subject{nobody, addressOfAccount},
	},
	"verify-address": {
		path:   "/zato/sso/user/verify",
		status: 403,
		body: func(who identity) []byte {
			return fmt.Appendf(nil, `{"email":%q,"password":"another secret than that"}`, who.email)
		},
		names: []string{"nobody's address", "address of a claim", "address of an account"},
		about: []subject{nobody, addressOfClaim, addressOfAccount},
	},
	"resend": {
		path:   "/zato/sso/user/signup/resend",
		status: 200,
		conf:   "resend_cooldown=0\n",
		body: func(who identity) []byte {
			return fmt.Appendf(nil, `{"username":%q,"email":%q}`, who.username, who.email)
		},
		names: []string{"nobody", "a claim", "claim, other address", "an account", "a void claim", "void, other address"},
		about: []subject{nobody, wholeClaim, otherClaim, wholeAccount, wholeVoid, otherVoid},
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
		k := kind(n % len(s.operation.names))
		who := draw(random)
		if !s.same {
			s.operation.about[k](&who, n/len(s.operation.names), p)
		}
		probes = append(probes, probe{k, s.operation.body(who)})
	}
	random.Shuffle(len(probes), func(i, j int) { probes[i], probes[j] = probes[j], probes[i] })
	return probes
}
