//go:build differential

// Package idna compares how the core reads the domains of addresses with the
// idna package for Python, an independent implementation of IDNA 2008.
package idna

import (
	"testing"
	"unicode"

	"github.com/enrol-sso/enrol/tests/differential/peer"
)

// local is the local part of all addresses here, with its "@".
const local = "a@"

type answer struct {
	ASCII string `json:"ascii"`
	Error string `json:"error"`
	Known bool   `json:"known"`
}

// Both accept the same code points in domains, with the same result: alone,
// among Latin letters, and among Arabic ones.
func TestEveryCodePointIsAcceptedAsByTheOther(t *testing.T) {
	var domains []string
	for r := rune(1); r <= unicode.MaxRune; r++ { // no request contains NUL
		if r != '@' && unicode.In(r, unicode.L, unicode.M, unicode.N, unicode.P, unicode.S, unicode.Z, unicode.Cc, unicode.Cf) {
			domains = append(domains, string(r)+".example", "a"+string(r)+"a.example", "ا"+string(r)+"ب.example")
		}
	}
	if n := compare(t, domains, 5, 6); n < 250_000 {
		t.Errorf("only %d domains were compared", n)
	}
}

func TestDomainsAreAcceptedAsByTheOther(t *testing.T) {
	const n = 80_000
	domains := generated(n)
	if n := compare(t, domains, 1, 2, 3, 4, 5, 6); n < 50_000 {
		t.Errorf("only %d domains were compared", n)
	}
}

// compare compares both on domains, and returns how many both accept. The
// exceptions in needed, counted from 1, must occur.
func compare(t *testing.T, domains []string, needed ...int) (compared int) {
	t.Helper()
	c := newCore(t)
	met := map[int]int{}
	accepted := 0
	for i, a := range peer.Python[string, answer](t, "domains.py", domains) {
		domain := domains[i]
		if !a.Known {
			continue // in its tables; all generated characters are in ours
		}
		compared++
		key := c.key(local + domain)
		if is := key != c.nowhere; is != c.accepts(local+domain) {
			t.Fatalf("%+q is an address to verify: %t, and not so to signup", domain, is)
		}
		if a.Error != "" {
			if key != c.nowhere {
				t.Errorf("%+q is a domain to us: %s", domain, a.Error)
			}
			continue
		}
		which := excepted(domain, a.ASCII)
		for _, e := range which {
			met[e+1]++
		}
		switch {
		case len(which) > 0 && key != c.nowhere:
			t.Errorf("%+q is accepted though it is %s", domain, exceptions[which[0]].why)
		case len(which) > 0:
		case key == c.nowhere:
			t.Errorf("%+q is no domain to us: it is %s", domain, a.ASCII)
		case key != c.key(local+a.ASCII):
			t.Errorf("%+q is not %s to us", domain, a.ASCII)
		default:
			accepted++
		}
	}
	for _, e := range needed {
		if met[e] == 0 {
			t.Errorf("no domain was refused as %s", exceptions[e-1].why)
		}
	}
	t.Logf("%d domains, %d accepted by both, exceptions %v", compared, accepted, met)
	return compared
}
