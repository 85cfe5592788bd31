package main

import (
	"context"
	"crypto/sha512"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/enrol-sso/enrol/kv/memory"
	"github.com/enrol-sso/enrol/signup"
	"github.com/enrol-sso/enrol/signup/fsck"
	"github.com/enrol-sso/enrol/signup/signuptest"
	"github.com/enrol-sso/enrol/signup/ssoconf"
)

const (
	victimsAddress  = "victim@example.com"
	strangerCalls   = 120 // of one stranger
	strangersShare  = 4   // of so many seeds, one has a stranger
	strangerSecrets = 3
)

// stranger makes the same random calls in two worlds, which differ only in
// whether the owner of one address has an account, and compares everything that
// a stranger sees: answers, the kinds and sizes of effects, and the mail to
// addresses of their own. The costs of password hashes may change meanwhile. Nothing fails here: what fails meets both alike.
type stranger struct {
	seed     uint64
	random   *rand.Rand
	engine   *signup.Engine
	conf     string // without the costs of password hashes
	keys     *signup.Keys
	with     *installation // where the victim has an account
	without  *installation
	clock    *signuptest.Clock
	calls    int
	tokens   []string // of claims for addresses of the stranger's own
	requests []keyed  // that can be repeated
	trace    []string
	problem  string
}

// installation is one of the two worlds.
type installation struct {
	*stranger
	host    *signuptest.Host
	effects []string // of the last call
	mail    []string // to addresses of the stranger's own
}

// meet simulates a stranger.
func meet(seed uint64) *stranger {
	s := &stranger{seed: seed, random: rand.New(rand.NewPCG(seed, 2)), clock: signuptest.NewClock()}
	sum := sha512.Sum512_256([]byte("a key"))
	keys, err := signup.ParseKeys(signup.FormatKey("k1", sum[:]))
	if err != nil {
		panic(err)
	}
	s.conf, s.keys = s.draw(), keys
	s.configure(1)
	s.with, s.without = s.install(true), s.install(false)
	s.clock.Advance(10 * 24 * time.Hour)
	for _, in := range []*installation{s.with, s.without} {
		in.settle()
		in.mail = nil
	}
	for s.calls < strangerCalls && s.problem == "" {
		s.calls++
		s.call()
	}
	if s.problem == "" {
		s.compare("the mail", strings.Join(s.with.mail, "\n"), strings.Join(s.without.mail, "\n"))
		s.with.check()
		s.without.check()
	}
	return s
}

// configure starts an engine with some costs of password hashes.
func (s *stranger) configure(cost int) {
	config, _, err := ssoconf.Parse(fmt.Sprintf(s.conf, 1000*cost, cost))
	if err != nil {
		panic(err)
	}
	s.engine = signup.New(config, s.keys)
}

// draw returns a configuration that must not reveal who has an account, without
// the costs of password hashes: the rounds of PBKDF2 and the iterations of
// argon2id.
func (s *stranger) draw() string {
	yes := func() bool { return s.random.IntN(2) == 0 }
	one := func(of ...string) string { return of[s.random.IntN(len(of))] }
	rate := []int{0, 6, 20}[s.random.IntN(3)]
	return fmt.Sprintf(`
[main]
email_service=%s
encrypt_email=%t
encrypt_password=%t
[hash_secret]
rounds=%%d
[apps]
all=CRM, HR
signup_allowed=CRM, HR
login_allowed=CRM, HR
default=CRM
[signup]
callback_service_list=%s
is_approval_needed=%t
inform_if_user_exists=%t
[login]
inform_if_locked=%t
inform_if_not_confirmed=%t
inform_if_not_approved=%t
[enrol]
password_hash=%s
buckets=%s
confirm_within=%s
resend_cooldown=%s
message_daily_cap=%s
confirm_requires_password=%t
bind_apps=%t
verify_slow_after=%d
verify_stop_after=%d
rate_signup=%d
rate_confirm=%d
rate_resend=%d
rate_verify=%d
argon2_iterations=%%d
`, one("", "mailer", "mailer"), yes(), yes(), one("", "crm", "crm, wiki"), yes(), yes(), yes(), yes(), yes(),
		one("argon2id", "pbkdf2-sha512"), one("1", "2", "16"), one("60", "1440"), one("0", "60"), one("0", "3"), yes(), yes(),
		s.random.IntN(4), s.random.IntN(12), rate, rate, rate, rate)
}

// install makes one of the worlds, with or without the victim's account.
func (s *stranger) install(victim bool) *installation {
	in := &installation{stranger: s, host: &signuptest.Host{Store: memory.New(), Clock: s.clock}}
	in.host.Services, in.host.Around = in.hear, in.observe
	in.must("open", `{}`)
	if victim {
		const password = "nobody else knows this"
		var r reply
		r.read(in.must("signup", fmt.Sprintf(`{"ctx":{"username":"victim","password":%q,"email":%q,"app_list":["CRM"]}}`, password, victimsAddress)))
		in.must("confirm", fmt.Sprintf(`{"confirm_token":%q,"password":%q}`, r.ConfirmToken, password))
	}
	return in
}

// must runs an operation that is not the stranger's.
func (in *installation) must(operation, request string) []byte {
	answer := in.run(operation, request)
	if !strings.Contains(string(answer), `"status":"ok"`) {
		in.problem = fmt.Sprintf("%s is answered %s", operation, answer)
	}
	return answer
}

// check looks for damage in the store.
func (in *installation) check() {
	checker := fsck.New(in.keys)
	for after := ""; ; {
		entries, err := in.host.Store.Scan(context.Background(), "", after, 100)
		if err != nil {
			panic(err)
		}
		if len(entries) == 0 {
			break
		}
		for _, entry := range entries {
			checker.Add(entry)
			after = entry.Key
		}
	}
	for _, found := range checker.Findings() {
		in.problem = fmt.Sprint("the store is damaged: ", found)
	}
}

// settle delivers due events and purges expired records.
func (in *installation) settle() {
	for _, operation := range []string{"dispatch", "purge"} {
		cursor := ""
		for range 100 {
			var r reply
			r.read(in.must(operation, fmt.Sprintf(`{"cid":"c"%s}`, member("cursor", cursor))))
			if cursor = r.Cursor; !r.More {
				break
			}
		}
	}
}

func (in *installation) run(operation, request string) []byte {
	var drawn [32]byte
	binary.BigEndian.PutUint64(drawn[:], in.seed)
	binary.BigEndian.PutUint64(drawn[8:], uint64(in.calls))
	in.host.Random, in.effects = rand.NewChaCha8(drawn), nil // the same in both worlds, again for each call
	return in.engine.Run(operation, in.host, []byte(request))
}

// call makes one random call in both worlds, or lets time pass.
func (s *stranger) call() {
	switch n := s.random.IntN(25); {
	case n == 24:
		s.configure(1 + s.random.IntN(3))
		s.trace = append(s.trace, "restarts with other costs of hashes")
	case n < 3:
		pause := []time.Duration{time.Second, 2 * time.Minute, 50 * time.Minute, 26 * time.Hour}[s.random.IntN(4)]
		s.clock.Advance(pause)
		s.trace = append(s.trace, fmt.Sprint("time passes: ", pause))
	case n < 6:
		for _, in := range []*installation{s.with, s.without} {
			in.settle()
		}
		s.trace = append(s.trace, "delivers and purges")
	case n < 7 && len(s.requests) > 0:
		again := s.requests[s.random.IntN(len(s.requests))]
		s.both(again.operation, again.asked.request)
	default:
		operation, request := s.wish()
		s.both(operation, request)
	}
}

// both makes a call in both worlds and compares what the stranger sees.
func (s *stranger) both(operation, request string) {
	s.trace = append(s.trace, operation+" "+request)
	with, without := s.with.run(operation, request), s.without.run(operation, request)
	s.compare("the answer", string(with), string(without))
	s.compare("the list of effects", strings.Join(s.with.effects, "\n"), strings.Join(s.without.effects, "\n"))
	var r reply
	r.read(with)
	if r.ConfirmToken != "" && !strings.Contains(strings.ToLower(request), victimsAddress) {
		s.tokens = append(s.tokens, r.ConfirmToken)
	}
}

func (s *stranger) compare(what, with, without string) {
	if with != without && s.problem == "" {
		s.problem = fmt.Sprintf("%s tells who has an account\nwith:    %s\nwithout: %s", what, with, without)
	}
}

// wish makes a random request of the stranger, or of a trusted caller about the
// stranger's claim.
func (s *stranger) wish() (operation, request string) {
	one := func(of ...string) string { return of[s.random.IntN(len(of))] }
	username := one("mallory", "Mallory", "mallet", "mal")
	email := one(victimsAddress, victimsAddress, "VICTIM@example.com", "own@example.com", "other@example.com")
	password := fmt.Sprint("a long secret ", s.random.IntN(strangerSecrets))
	from := fmt.Sprintf(`,"current_app":%q,"remote_addr":%q`, one("CRM", "CRM", "HR", "ERP"), one("192.0.2.1", "192.0.2.2", "2001:db8::1", "2001:db8:0:1::1"))
	switch operation = one("signup", "signup", "signup", "verify", "verify", "verify", "resend", "resend", "confirm", "get", "pending", "approve", "reject", "lock", "unlock"); operation {
	case "signup":
		key := one("", "", fmt.Sprint("key-", s.calls))
		request = fmt.Sprintf(`{"ctx":{"username":%q,"password":%q,"email":%q,"app_list":[%q]}%s%s}`, username, password, email, one("CRM", "HR"), from, member("idempotency_key", key))
		if key != "" {
			s.requests = append(s.requests, keyed{operation, asked{request: request}})
		}
		return operation, request
	case "verify":
		name := fmt.Sprintf(`"username":%q`, username)
		if s.random.IntN(4) == 0 {
			name = fmt.Sprintf(`"email":%q`, email)
		}
		return operation, fmt.Sprintf(`{%s,"password":%q%s}`, name, password, from)
	case "resend":
		return operation, fmt.Sprintf(`{"username":%q,"email":%q%s}`, username, email, from)
	case "confirm":
		token := "none"
		if len(s.tokens) > 0 {
			token = s.tokens[s.random.IntN(len(s.tokens))]
		}
		key := one("", "", fmt.Sprint("key-", s.calls))
		request = fmt.Sprintf(`{"confirm_token":%q,"password":%q%s%s}`, token, password, from, member("idempotency_key", key))
		if key != "" {
			s.requests = append(s.requests, keyed{operation, asked{request: request}})
		}
		return operation, request
	case "get":
		return operation, fmt.Sprintf(`{"username":%q}`, username)
	case "pending":
		return operation, `{"status":"to-confirm"}`
	}
	var r reply
	r.read(s.with.run("get", fmt.Sprintf(`{"username":%q}`, username)))
	id := r.User.UserID
	if id == "" {
		id = strings.Repeat("0", 26)
	}
	return operation, fmt.Sprintf(`{"user_id":%q,"super_user":%t}`, id, s.random.IntN(4) > 0)
}

// print prints what the stranger did, and what told the worlds apart.
func (s *stranger) print(w io.Writer) {
	fmt.Fprintf(w, "seed %d: a stranger after %d calls\n", s.seed, s.calls)
	if s.problem == "" {
		return
	}
	for _, line := range s.trace {
		fmt.Fprintln(w, line)
	}
	fmt.Fprintln(w, "WRONG", s.problem)
}

// observe notes an effect, as far as a stranger might: its kind and its size.
func (in *installation) observe(e signuptest.Effect, perform func() error) error {
	seen := string(e.Kind)
	switch e.Kind {
	case signuptest.Get:
		for _, key := range e.Keys {
			seen += fmt.Sprint(" ", len(key))
		}
	case signuptest.Commit:
		seen += fmt.Sprintf(" checks=%d deletes=%d", len(e.Batch.Checks), len(e.Batch.Deletes))
		for _, put := range e.Batch.Puts {
			list, _, _ := strings.Cut(put.Key, "/")
			seen += fmt.Sprintf(" %s:%d:%d", list, len(put.Key), len(put.Data))
		}
	case signuptest.Call:
		seen += " " + e.Call.Service
	case signuptest.Entropy, signuptest.DeriveKey:
		seen += fmt.Sprint(" ", e.Bytes)
	}
	in.effects = append(in.effects, seen)
	return perform()
}

// hear records the mail that reaches the stranger.
func (in *installation) hear(call signup.ServiceCall) (string, error) {
	var body struct {
		Data struct {
			Kind  string `json:"kind"`
			To    string `json:"to"`
			Token string `json:"token"`
		} `json:"data"`
	}
	if err := json.Unmarshal([]byte(call.Body), &body); err != nil {
		return "", err
	}
	if to := body.Data.To; to != "" && !strings.EqualFold(to, victimsAddress) {
		in.mail = append(in.mail, fmt.Sprint(to, " ", body.Data.Kind, " ", body.Data.Token))
	}
	return "", nil
}
