package signup

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/signup/internal/record"
)

// asker returns a function that calls one operation, each time from a client
// address.
func (w *world) asker(operation string) func(n int, addr string) reply {
	return func(n int, addr string) reply {
		name := fmt.Sprintf("user-%d", n)
		switch operation {
		case "signup":
			r := ask(name, name+"@example.com")
			r.RemoteAddr = []string{addr}
			return w.run("signup", r)
		case "confirm":
			return w.run("confirm", ConfirmRequest{ConfirmToken: "x", CurrentApp: "CRM", RemoteAddr: []string{addr}})
		case "resend":
			return w.run("resend", ResendRequest{Username: name, Email: "a@example.com", CurrentApp: "CRM", RemoteAddr: []string{addr}})
		}
		return w.run("verify", VerifyRequest{Username: name, Password: "x", CurrentApp: "CRM", RemoteAddr: []string{addr}})
	}
}

func TestRateLimits(t *testing.T) {
	t.Parallel()
	for _, operation := range []string{"signup", "confirm", "resend", "verify"} {
		for _, buckets := range []string{"1", "16"} {
			w := newWorld(t, "enrol.rate_"+operation+"=3", "enrol.buckets="+buckets, "apps.login_allowed=CRM")
			request := w.asker(operation)
			for n := range 3 {
				if r := request(n, "203.0.113.7"); r.codes() == string(RateLimited) {
					t.Errorf("%s %d: %s", operation, n, r.text)
				}
			}
			r := request(3, "203.0.113.7")
			if r.codes() != string(RateLimited) || r.RetryAfter < 1 || r.RetryAfter > 3600 {
				t.Errorf("%s, one too many: %s", operation, r.text)
			}
			if last := w.audit[len(w.audit)-1]; joinCodes(last.Extra.SubStatus) != string(RateLimited) {
				t.Errorf("%s: the trail ends with %+v", operation, last)
			}
			for _, addr := range []string{"203.0.113.8", "2001:db8::1"} {
				if r := request(4, addr); r.codes() == string(RateLimited) {
					t.Errorf("%s from %s: %s", operation, addr, r.text)
				}
			}
			w.pass(2 * 60 * minute)
			if r := request(5, "203.0.113.7"); r.codes() == string(RateLimited) {
				t.Errorf("%s two hours later: %s", operation, r.text)
			}
			w.checkInvariants()
		}
	}
}

func TestRateLimitCountsANetworkOfIPv6AsOne(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "enrol.rate_signup=1")
	request := w.asker("signup")
	request(0, "2001:db8::1")
	if r := request(1, "2001:db8::2:3:4:5"); r.codes() != string(RateLimited) {
		t.Errorf("the same /64: %s", r.text)
	}
	if r := request(2, "2001:db8:0:1::1"); !r.OK() {
		t.Errorf("another /64: %s", r.text)
	}
	request(3, "198.51.100.7")
	if r := request(4, "::ffff:198.51.100.7"); r.codes() != string(RateLimited) {
		t.Errorf("the same IPv4 address: %s", r.text)
	}
}

// A /48 of IPv6 may make eight times as many calls as one of its /64.
func TestRateLimitCountsAWideNetworkOfIPv6(t *testing.T) {
	t.Parallel()
	for _, buckets := range []string{"1", "16"} {
		for _, operation := range []string{"signup", "confirm", "resend", "verify"} {
			w := newWorld(t, "enrol.rate_"+operation+"=2", "enrol.buckets="+buckets, "apps.login_allowed=CRM")
			w.engine.keys = testKeys(t, "k1", "k0")
			request := w.asker(operation)
			for n := range 16 {
				if r := request(n, fmt.Sprintf("2001:db8:0:%x::1", n/2)); r.codes() == string(RateLimited) {
					t.Fatalf("%s %d is refused: %s", operation, n, r.text)
				}
			}
			if r := request(16, "2001:db8:0:ff::1"); r.codes() != string(RateLimited) || r.RetryAfter < 1 {
				t.Errorf("%s from the same /48: %s", operation, r.text)
			}
			if r := request(17, "2001:db8:1::1"); r.codes() == string(RateLimited) {
				t.Errorf("%s from another /48: %s", operation, r.text)
			}
			for _, e := range w.Effects() {
				if len(e.Keys) > kv.MaxGetKeys || len(e.Batch.Checks) > kv.MaxChecks {
					t.Errorf("%s: a %s with %d keys and %d checks", operation, e.Kind, len(e.Keys), len(e.Batch.Checks))
				}
			}
			w.checkInvariants()
		}
	}
}

// The most keys in one Get: a repetition from IPv6, during a change of the
// secret key, on a distributed store.
func TestNoGetHasTooManyKeys(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "enrol.rate_signup=9", "enrol.rate_verify=9", "enrol.buckets=16", "apps.login_allowed=CRM")
	w.engine.keys = testKeys(t, "k2", "k1")
	w.mustRun("rekey", `{"super_user":true}`)
	signup := asked("ada", "ada@example.com", "key-1")
	signup.RemoteAddr = []string{"2001:db8::1"}
	verify := login("", "ada@example.com", goodPassword)
	verify.RemoteAddr = signup.RemoteAddr
	for operation, request := range map[string]any{"signup": signup, "verify": verify} {
		w.run(operation, request)
		most := 0
		for _, e := range w.Effects() {
			most = max(most, len(e.Keys), len(e.Batch.Checks))
		}
		if most != kv.MaxGetKeys {
			t.Errorf("%s has up to %d keys", operation, most)
		}
	}
}

// The previous hour counts in proportion.
func TestRateLimitSlides(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "enrol.rate_signup=10")
	w.Clock.Set(w.Clock.Now() / hourMS * hourMS)
	request := w.asker("signup")
	for n := range 10 {
		request(n, "203.0.113.7")
	}
	w.pass(hourMS + hourMS/2) // half of the ten are less than an hour old
	allowed := 0
	for n := range 10 {
		if request(20+n, "203.0.113.7").OK() {
			allowed++
		}
	}
	if allowed != 5 {
		t.Errorf("%d were allowed, want 5", allowed)
	}
}

// Simultaneous calls get no further than consecutive ones, even if all read the
// count before the first one is counted.
func TestRateLimitHoldsForManyAtOnce(t *testing.T) {
	t.Parallel()
	for buckets, most := range map[string]int{"1": 10, "16": 10 + rateShards} {
		w := newWorld(t, "enrol.rate_verify=10", "enrol.buckets="+buckets, "apps.login_allowed=CRM")
		var read, done sync.WaitGroup
		var passed atomic.Int32
		const callers = 50
		read.Add(callers)
		for n := range callers {
			done.Go(func() {
				w := w.fork(uint64(n))
				w.before = func(_ int, e effect) error {
					if e.Kind == "commit" && w.commits == 0 {
						read.Done()
						read.Wait()
					}
					return nil
				}
				if r := w.asker("verify")(n, "203.0.113.7"); r.codes() != string(RateLimited) {
					passed.Add(1)
				}
			})
		}
		done.Wait()
		if n := int(passed.Load()); n < 1 || n > most {
			t.Errorf("with %s buckets %d of %d came through, want 10 at most", buckets, n, callers)
		}
	}
}

func TestRateLimitRefusesWhatItCannotCount(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "enrol.rate_verify=1000", "apps.login_allowed=CRM")
	w.commit = func(int, func() (bool, error)) (bool, error) { return false, kv.ErrConflict }
	if r := w.asker("verify")(0, "203.0.113.7"); r.codes() != string(RateLimited) || r.RetryAfter != 1 || w.commits != maxRaces {
		t.Errorf("after %d tries: %s", w.commits, r.text)
	}
}

func TestRateLimitLetsRepetitionsPass(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "enrol.rate_signup=1")
	request := asked("ada", "ada@example.com", "key-1")
	first := w.mustRun("signup", request)
	w.sameFrom("signup", request, first)
	if r := w.run("signup", asked("bob", "bob@example.com", "key-2")); r.codes() != string(RateLimited) {
		t.Errorf("another request: %s", r.text)
	}
}

func TestCountersAreBoundedAndPurged(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "enrol.rate_verify=1000")
	request := w.asker("verify")
	for n := range 50 {
		request(n, "203.0.113.7")
		request(n, fmt.Sprintf("198.51.100.%d", n))
	}
	if got := len(w.list(record.RatePrefix)); got != 51 {
		t.Errorf("there are %d counters, want 51", got)
	}
	w.pass(3 * hourMS)
	w.purgeAll()
	if got := len(w.list(record.RatePrefix)); got != 0 {
		t.Errorf("%d counters are left", got)
	}
}

// Each operation and each application has its own count.
func TestRateLimitsCountSeparately(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "enrol.rate_signup=1", "enrol.rate_confirm=1", "enrol.rate_resend=1", "enrol.rate_verify=1")
	for n, operation := range []string{"signup", "confirm", "resend", "verify"} {
		request := w.asker(operation)
		if r := request(n, "203.0.113.7"); r.codes() == string(RateLimited) {
			t.Errorf("%s shares the count of another: %s", operation, r.text)
		}
		if r := request(n+10, "203.0.113.7"); r.codes() != string(RateLimited) {
			t.Errorf("%s is not limited: %s", operation, r.text)
		}
	}
	elsewhere := ask("zoe", "zoe@example.com")
	elsewhere.CurrentApp, elsewhere.RemoteAddr = "HR", []string{"203.0.113.7"}
	w.mustRun("signup", elsewhere)
}

// While a store moves to a new secret key, hosts have the keys in different
// orders, and some do not have the old one first. They count together.
func TestHostsShareRateLimitsDuringARekey(t *testing.T) {
	t.Parallel()
	for _, operation := range []string{"signup", "confirm", "resend", "verify"} {
		for _, begun := range []bool{false, true} {
			w := newWorld(t, "enrol.rate_"+operation+"=4", "enrol.buckets=16", "apps.login_allowed=CRM")
			other := w.fork(3)
			w.engine, other.engine = New(w.engine.config, testKeys(t, "k2", "k1")), New(w.engine.config, testKeys(t, "k1", "k2"))
			if begun {
				w.mustRun("rekey", RekeyRequest{caller: caller{superUser: true}})
			}
			accepted := 0
			for n := range 12 {
				host := []*world{w, other}[n%2]
				if r := host.asker(operation)(n, "2001:db8::7"); r.codes() != string(RateLimited) {
					accepted++
				}
			}
			if accepted != 4 {
				t.Errorf("%s, rekey begun: %v: %d calls passed, want 4", operation, begun, accepted)
			}
		}
	}
}

// A client counts as one for the messages to an address, whichever host it asks.
func TestHostsKnowClientsByOneNameDuringARekey(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "enrol.message_daily_cap=20")
	other := w.fork(3)
	w.engine, other.engine = New(w.engine.config, testKeys(t, "k2", "k1")), New(w.engine.config, testKeys(t, "k1", "k2"))
	clients := map[string]bool{}
	for n, host := range []*world{w, other, w, other} {
		host.claim(fmt.Sprintf("user-%d", n), "ada@example.com")
		host.drain()
	}
	for _, e := range w.list("sent/") {
		for _, client := range recordOf[record.Mailbox](t, e).Clients {
			clients[client.Client] = true
		}
	}
	if len(clients) != 1 {
		t.Errorf("%d clients are known, want 1", len(clients))
	}
}
