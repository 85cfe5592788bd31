package main

import (
	"crypto/sha512"
	"encoding/binary"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"

	"github.com/enrol-sso/enrol/kv/memory"
	"github.com/enrol-sso/enrol/signup"
	"github.com/enrol-sso/enrol/signup/fsck"
	"github.com/enrol-sso/enrol/signup/ssoconf"
)

const (
	startTime = int64(1_790_000_000_000)
	second    = int64(1_000)
	minute    = 60 * second
	hour      = 60 * minute

	processes   = 3
	hashCosts   = 4   // different costs of password hashes, fewer than a store remembers
	atOnce      = 12  // running operations
	operations  = 250 // of most simulations
	lastOfTrace = 60  // lines of what happened that are printed
)

// simulation is one installation in its time.
type simulation struct {
	profile
	seed    uint64
	verbose bool             // what is written is part of the trace
	random  *rand.Rand       // decides
	bytes   *rand.ChaCha8    // are the entropy of operations
	store   *memory.Store    // what all share
	clock   int64            // of machines that are on time
	ledger  *ledger          // what must be in the store
	*known                   // to those who ask
	asking  map[string]int64 // when a key for repetitions was first used
	answers map[string]first // what it was answered first

	deployments []*deployment // the newest one last
	tasks       []*task
	running     []*task
	late        []func() error // commits that were given up, and may arrive
	calm        bool           // nothing fails any more
	moodOf      map[string]mood
	faults      map[string]int // of services, by their mood
	costs       int            // of password hashes that the store knew at once

	trace    []string
	problems []string
}

// profile has the differences between simulations.
type profile struct {
	told      bool // what is taken
	approval  bool
	password  bool // needed to confirm
	limited   bool // there are rate limits
	skewed    bool // clocks
	guarded   bool // wrong passwords are counted
	stalls    bool // operations may take longer than leases, and than claims live
	deaths    int  // of a thousand effects
	troubles  int
	names     int
	addresses int
	refusals  int  // of a hundred calls of services
	down      bool // they refuse everything, and little but delivery is tried
	moody     bool // each of them is unhealthy now and then, in its own way
	length    int  // how many operations there are, and those that come at the end
	conf      string
}

// deployment is an engine with the secret keys of its time.
type deployment struct {
	*signup.Engine
	keys *signup.Keys
}

func newProfile(random *rand.Rand) profile {
	yes := func() bool { return random.IntN(2) == 0 }
	p := profile{
		told: yes(), approval: yes(), password: random.IntN(4) == 0, limited: random.IntN(4) == 0, skewed: yes(), guarded: yes(),
		names: 2 + random.IntN(6), addresses: 2 + random.IntN(6), length: operations,
	}
	if random.IntN(5) > 0 { // else all goes well, and each event is delivered once
		p.stalls = yes()
		p.deaths, p.troubles, p.refusals = random.IntN(8), random.IntN(80), random.IntN(90)
		p.moody = random.IntN(2) == 0
		if p.moody {
			p.refusals = random.IntN(10)
		}
		if p.down = random.IntN(5) == 0; p.down {
			p.refusals, p.names, p.length = 100, 2, 2*operations // long enough to give events up
		}
	}
	rate, limit := 0, 0
	if p.limited {
		rate, limit = 20+random.IntN(100), 3
	}
	slow, stop := 0, 0
	if p.guarded {
		slow, stop = 1+random.IntN(8), 4+random.IntN(20)
	}
	callbacks := []string{"", "crm", "crm, wiki"}[random.IntN(3)]
	p.conf = fmt.Sprintf(`
[main]
email_service=mailer
encrypt_email=%t
encrypt_password=%t
[password]
min_complexity=0
[apps]
signup_allowed=CRM
login_allowed=CRM
[signup]
callback_service_list=%s
is_email_required=False
is_approval_needed=%t
inform_if_user_exists=%t
inform_if_email_exists=%t
[enrol]
buckets=%d
confirm_within=60
idempotency_hours=24
confirm_requires_password=%t
rate_signup=%d
rate_confirm=%d
rate_verify=%d
rate_resend=%d
verify_slow_after=%d
verify_stop_after=%d
message_daily_cap=%d
message_cooldown=0
resend_cooldown=%d
`, yes(), yes(), callbacks, p.approval, p.told, p.told, []int{1, 2, 16}[random.IntN(3)], p.password,
		rate, rate, rate, rate, slow, stop, limit, limit*20)
	return p
}

// simulate simulates one seed to its end, or until it fails. Recording the
// trace does not change it.
func simulate(seed uint64, verbose bool) *simulation {
	random := rand.New(rand.NewPCG(seed, 1))
	s := &simulation{
		profile: newProfile(random), seed: seed, verbose: verbose, random: random, store: memory.New(), clock: startTime,
		known: &known{}, asking: map[string]int64{}, answers: map[string]first{},
		moodOf: map[string]mood{}, faults: map[string]int{},
	}
	var drawn [32]byte
	binary.BigEndian.PutUint64(drawn[:], seed)
	s.bytes = rand.NewChaCha8(drawn)
	s.ledger = newLedger(s)
	s.deploy()
	s.open()
	for len(s.tasks) < s.length && s.whole() {
		if len(s.running) < atOnce && s.random.IntN(6) == 0 {
			s.ask()
		}
		s.proceed()
		if s.random.IntN(400) == 0 {
			s.check()
		}
	}
	if s.whole() {
		s.end()
	}
	for len(s.running) > 0 { // of one that went wrong
		s.step(s.running[0], dies)
	}
	return s
}

func (s *simulation) whole() bool { return len(s.problems) == 0 }

// deploy replaces the engine by one with a new secret key, and the previous one,
// and with other costs of password hashes.
func (s *simulation) deploy() {
	var texts []string
	for n := len(s.deployments) + 1; n > max(0, len(s.deployments)-1); n-- {
		sum := sha512.Sum512_256(fmt.Append(nil, "key ", n))
		texts = append(texts, string(signup.FormatKey(fmt.Sprint("k", n), sum[:])))
	}
	keys, err := signup.ParseKeys(signup.Secret(strings.Join(texts, ",")))
	if err != nil {
		panic(err)
	}
	conf := s.conf + fmt.Sprintf("argon2_iterations=%d\n", 1+len(s.deployments)%hashCosts)
	config, _, err := ssoconf.Parse(conf)
	if err != nil {
		panic(fmt.Sprint(err, conf))
	}
	s.deployments = append(s.deployments, &deployment{signup.New(config, keys), keys})
}

// open opens the empty store, from all processes at once.
func (s *simulation) open() {
	var openers []*task
	for range processes {
		openers = append(openers, s.start("open", asked{request: `{}`}))
	}
	for len(s.running) > 0 {
		s.step(s.running[s.random.IntN(len(s.running))], happens)
	}
	for _, t := range openers {
		if !strings.Contains(string(t.answer), `"ok"`) {
			s.problem("open is answered %s", t.answer)
		}
	}
}

// check looks at the whole store.
func (s *simulation) check() {
	checker := fsck.New(s.deployments[len(s.deployments)-1].keys)
	for _, entry := range s.entries("") {
		checker.Add(entry)
	}
	for _, finding := range checker.Findings() {
		s.problem("found: %s", finding)
	}
	s.checkHashes()
}

func (s *simulation) note(format string, values ...any) {
	s.trace = append(s.trace, fmt.Sprintf(format, values...))
}

func (s *simulation) problem(format string, values ...any) {
	text := fmt.Sprintf(format, values...)
	s.problems = append(s.problems, text)
	s.note("WRONG %s", text)
}

// print prints the failure and the last lines of the trace.
func (s *simulation) print(w io.Writer, lines int) {
	fmt.Fprintf(w, "seed %d: %d operations, %d problems\n", s.seed, len(s.tasks), len(s.problems))
	for _, line := range s.trace[max(0, len(s.trace)-lines):] {
		fmt.Fprintln(w, line)
	}
}
