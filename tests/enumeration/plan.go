package main

import (
	"fmt"
	"math/rand/v2"
)

// kind is a kind of request.
type kind int

const (
	fresh   kind = iota // a name and an address that nobody has
	pending             // the name of a claim that waits for its token
	name                // the name of an account
	address             // the address of an account
	kinds
)

func (k kind) String() string {
	return [kinds]string{"fresh", "name of a claim", "name of an account", "address of an account"}[k]
}

// probe is a request of a kind.
type probe struct {
	kind kind
	who  identity
}

// body is what is sent.
func (p probe) body() []byte {
	return fmt.Appendf(nil, `{"username":%q,"email":%q,"password":%q,"app_list":["CRM"]}`, p.who.username, p.who.email, password)
}

// plan puts requests of all kinds, as many of each, into a random order.
func plan(random *rand.Rand, p *people, s settings) []probe {
	var probes []probe
	for n := range s.requests + s.warmUp {
		one := probe{kind(n % int(kinds)), draw(random)}
		target := n / int(kinds)
		switch {
		case s.same:
		case one.kind == pending:
			one.who.username = p.claims[target].username
		case one.kind == name:
			one.who.username = p.accounts[target].username
		case one.kind == address:
			one.who.email = p.accounts[target].email
		}
		probes = append(probes, one)
	}
	random.Shuffle(len(probes), func(i, j int) { probes[i], probes[j] = probes[j], probes[i] })
	return probes
}
