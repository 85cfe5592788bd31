package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/enrol-sso/enrol/kv"
)

// asked is a request, with the members that the checks need.
type asked struct {
	request  string
	username string
	email    string
	password string
	token    string
	id       string // of a user or a dead event
	key      string // for repetitions
}

// sameAs reports whether two requests with one idempotency key are the same.
func (a asked) sameAs(b asked) bool {
	return a.username == b.username && a.email == b.email && a.password == b.password && a.token == b.token
}

// known is what callers have learned from answers and messages.
type known struct {
	tokens   []sent
	accounts []string // user ids
	letters  []string // dead events
	keyed    []keyed  // requests that can be repeated
	cursor   string   // of rekey
	moving   bool     // to a new secret key
}

// sent is a token as it reached somebody.
type sent struct{ token, password string }

// keyed is a request with an idempotency key.
type keyed struct {
	operation string
	asked     asked
}

// wishes lists possible operations, each as often as its weight.
var wishes = []string{
	"signup", "signup", "signup", "signup", "signup", "signup", "confirm", "confirm", "confirm", "confirm",
	"repeat", "repeat", "repeat", "dispatch", "dispatch", "dispatch", "dispatch", "dispatch",
	"resend", "verify", "verify", "get", "approve", "reject", "purge", "purge", "pending", "dead", "retry",
	"rekey", "rekey", "validate", "open", "lock", "unlock", "erase",
}

// ask starts a random operation.
func (s *simulation) ask() {
	operation := wishes[s.random.IntN(len(wishes))]
	if s.down && len(s.tasks) > operations/10 && s.random.IntN(12) > 0 {
		operation = []string{"dispatch", "dispatch", "dispatch", "dispatch", "dead", "retry", "rekey"}[s.random.IntN(7)]
	}
	switch operation {
	case "repeat":
		s.repeat()
	case "rekey":
		s.askRekey()
	default:
		if a, ok := s.request(operation); ok {
			s.start(operation, a)
			if a.key != "" {
				s.keyed = append(s.keyed, keyed{operation, a})
			}
		}
	}
}

// request makes a random request, if enough is known for it.
func (s *simulation) request(operation string) (asked, bool) {
	switch operation {
	case "signup", "validate":
		return s.signupRequest(operation), true
	case "confirm":
		return s.confirmRequest()
	case "resend":
		a := asked{username: s.username(), email: s.address()}
		a.request = fmt.Sprintf(`{"cid":"c","username":%q,"email":%q%s}`, a.username, a.email, s.from())
		return a, a.email != ""
	case "verify":
		a := asked{username: s.username(), password: s.secret()}
		a.request = fmt.Sprintf(`{"cid":"c","username":%q,"password":%q%s}`, a.username, a.password, s.from())
		return a, true
	case "get":
		a := asked{username: s.username()}
		a.request = fmt.Sprintf(`{"cid":"c","username":%q}`, a.username)
		return a, true
	case "approve", "reject", "lock", "unlock", "erase":
		return superUser("user_id", s.one(s.accounts))
	case "retry":
		return superUser("id", s.one(s.letters))
	case "pending":
		return superUser("status", []string{"to-approve", "to-confirm"}[s.random.IntN(2)])
	case "dead":
		return asked{request: `{"cid":"c","super_user":true}`}, true
	case "dispatch":
		return asked{request: fmt.Sprintf(`{"cid":"c","limit":%d,"fresh":%t}`, 1+s.random.IntN(20), s.random.IntN(4) == 0)}, true
	case "purge":
		return asked{request: fmt.Sprintf(`{"cid":"c","limit":%d}`, 1+s.random.IntN(20))}, true
	}
	return asked{request: `{"cid":"c"}`}, true // open
}

func (s *simulation) signupRequest(operation string) asked {
	a := asked{username: s.username(), email: s.address(), password: s.secret()}
	if operation == "signup" && s.random.IntN(2) == 0 {
		a.key = fmt.Sprint("key-", len(s.tasks))
	}
	a.request = fmt.Sprintf(`{"cid":"c%s","ctx":{"username":%q,"password":%q,"email":%q,"app_list":["CRM"]}%s%s}`,
		a.key, a.username, a.password, a.email, s.from(), member("idempotency_key", a.key))
	return a
}

func (s *simulation) confirmRequest() (asked, bool) {
	if len(s.tokens) == 0 {
		return asked{}, false
	}
	of := s.tokens[len(s.tokens)-1-s.random.IntN(min(len(s.tokens), 8))]
	a := asked{token: of.token, password: of.password}
	if s.random.IntN(8) == 0 {
		a.password = s.secret()
	}
	if s.random.IntN(2) == 0 {
		a.key = fmt.Sprint("key-", len(s.tasks))
	}
	a.request = fmt.Sprintf(`{"cid":"c%s","confirm_token":%q%s%s%s}`, a.key, a.token, s.from(), member("password", a.password), member("idempotency_key", a.key))
	return a, true
}

// repeat sends a request again, or another one with the same key.
func (s *simulation) repeat() {
	if len(s.keyed) == 0 {
		return
	}
	k := s.keyed[len(s.keyed)-1-s.random.IntN(min(len(s.keyed), 10))]
	if k.operation == "signup" && s.random.IntN(6) == 0 {
		other := s.signupRequest("validate")
		other.key = k.asked.key
		other.request = strings.Replace(other.request, `"cid":"c"`, `"cid":"c`+other.key+`"`, 1)
		other.request = strings.TrimSuffix(other.request, "}") + member("idempotency_key", other.key) + "}"
		k.asked = other
	}
	s.start(k.operation, k.asked)
}

// askRekey starts or continues to move the store to a new secret key, one run
// after the other.
func (s *simulation) askRekey() {
	for _, t := range s.running {
		if t.operation == "rekey" {
			return
		}
	}
	if !s.moving {
		if s.random.IntN(4) > 0 {
			return
		}
		s.moving, s.cursor = true, ""
		s.deploy()
	}
	t := s.start("rekey", asked{request: fmt.Sprintf(`{"cid":"c","super_user":true,"limit":%d%s}`, 1+s.random.IntN(40), member("cursor", s.cursor))})
	t.engine = s.deployments[len(s.deployments)-1]
}

func superUser(name, value string) (asked, bool) {
	return asked{id: value, request: fmt.Sprintf(`{"cid":"c","super_user":true%s}`, member(name, value))}, value != ""
}

func member(name, value string) string {
	if value == "" {
		return ""
	}
	return fmt.Sprintf(`,%q:%q`, name, value)
}

func (s *simulation) one(of []string) string {
	if len(of) == 0 {
		return ""
	}
	return of[len(of)-1-s.random.IntN(min(len(of), 6))]
}

// username is one of few, in any spelling.
func (s *simulation) username() string {
	name := fmt.Sprintf("person%d", s.random.IntN(s.names))
	return []string{name, strings.ToUpper(name), "P" + name[1:]}[s.random.IntN(3)]
}

// address is one of few, in any spelling, or none.
func (s *simulation) address() string {
	if s.random.IntN(10) == 0 {
		return ""
	}
	return fmt.Sprintf([]string{"a%d@example.com", "A%d@EXAMPLE.com"}[s.random.IntN(2)], s.random.IntN(s.addresses))
}

func (s *simulation) secret() string { return fmt.Sprintf("a long secret %d", s.random.IntN(5)) }

// from returns where a request comes from, for limits.
func (s *simulation) from() string {
	if !s.limited {
		return ""
	}
	return fmt.Sprintf(`,"remote_addr":["192.0.2.%d"]`, s.random.IntN(2))
}

// entries returns all entries of the store under a prefix.
func (s *simulation) entries(prefix string) []kv.Entry {
	var all []kv.Entry
	for after := ""; ; after = all[len(all)-1].Key {
		page, err := s.store.Scan(context.Background(), prefix, after, kv.MaxScanLimit)
		if err != nil {
			panic(err)
		}
		all = append(all, page...)
		if len(page) < kv.MaxScanLimit {
			return all
		}
	}
}
