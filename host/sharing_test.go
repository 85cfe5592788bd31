package host

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/kv/memory"
	"github.com/enrol-sso/enrol/signup"
	"github.com/enrol-sso/enrol/signup/fsck"
)

// sharedStore is a store that several processes can open, like a database: it
// says nothing about being exclusive.
type sharedStore struct{ kv.Store }

// startOn starts a host on a store. It delivers when it is told to.
func startOn(t *testing.T, native bool, store kv.Store, conf string, called *calls) *installation {
	t.Helper()
	return start(t, native, func(o *Options) {
		o.Store, o.Conf, o.HashWait = &sharedStore{store}, conf, -1
		o.Services = map[string]Service{"crm": called.take, "mailer": called.take}
	})
}

// calls are those of the services of all hosts, in order.
type calls struct {
	mu  sync.Mutex
	all []signup.ServiceCall
}

func (c *calls) take(_ context.Context, call signup.ServiceCall) (string, error) {
	time.Sleep(time.Millisecond) // so that hosts meet
	c.mu.Lock()
	defer c.mu.Unlock()
	c.all = append(c.all, call)
	return "", nil
}

// of returns the calls of one service.
func (c *calls) of(service string) (bodies []string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, call := range c.all {
		if call.Service == service {
			bodies = append(bodies, call.Body)
		}
	}
	return bodies
}

const sharedConf = `
[main]
email_service=mailer
[signup]
is_approval_needed=False
callback_service_list=crm
[password]
min_complexity=0
[apps]
all=CRM
signup_allowed=CRM
login_allowed=CRM
[enrol]
argon2_memory=8192
argon2_iterations=1
`

// Two hosts on one store: what one counts, leases or keeps, the other knows.

func TestHostsShareRateLimits(t *testing.T) {
	modes(t, func(t *testing.T, native bool) {
		store, called := memory.New(), &calls{}
		conf := sharedConf + "rate_signup=5\n"
		hosts := []*installation{startOn(t, native, store, conf, called), startOn(t, native, store, conf, called)}
		accepted := 0
		for n := range 14 {
			answer, err := hosts[n%2].Signup(t.Context(), numbered(n))
			if err != nil {
				t.Fatal(err)
			}
			if answer.OK() {
				accepted++
			}
		}
		if accepted != 5 {
			t.Errorf("%d sign-ups passed, want 5", accepted)
		}
	})
}

func TestHostsShareTheCountOfWrongPasswords(t *testing.T) {
	modes(t, func(t *testing.T, native bool) {
		store, called := memory.New(), &calls{}
		conf := sharedConf + "verify_slow_after=4\n"
		hosts := []*installation{startOn(t, native, store, conf, called), startOn(t, native, store, conf, called)}
		hosts[0].withAda(t)
		login := func(host *installation, password signup.Secret) bool {
			answer, err := host.Verify(t.Context(), signup.VerifyRequest{Username: "ada", Password: password, RemoteAddr: []string{"192.0.2.9"}})
			if err != nil {
				t.Fatal(err)
			}
			return answer.OK()
		}
		for n := range 4 {
			if n == 3 && !login(startOn(t, native, memory.New(), conf, called).withAda(t), testPassword) {
				t.Error("without wrong passwords, the right one is refused")
			}
			if login(hosts[n%2], "wrong") {
				t.Error("a wrong password is accepted")
			}
		}
		for n, host := range hosts {
			if login(host, testPassword) {
				t.Errorf("host %d compares a password that must wait", n)
			}
		}
	})
}

// withAda returns the installation with an account.
func (i *installation) withAda(t *testing.T) *installation {
	t.Helper()
	i.confirm(t, i.signUp(t, ada()))
	return i
}

func TestHostsShareKeptAnswers(t *testing.T) {
	modes(t, func(t *testing.T, native bool) {
		store, called := memory.New(), &calls{}
		a, b := startOn(t, native, store, sharedConf, called), startOn(t, native, store, sharedConf, called)
		request := ada()
		request.IdempotencyKey = "once"
		if first, again := a.signUp(t, request), b.signUp(t, request); first != again {
			t.Error("a repetition at the other host got another token")
		}
	})
}

func TestHostsShareTheCapOfMessages(t *testing.T) {
	modes(t, func(t *testing.T, native bool) {
		store, called := memory.New(), &calls{}
		conf := sharedConf + "message_daily_cap=20\nmessage_cooldown=60\n"
		hosts := []*installation{startOn(t, native, store, conf, called), startOn(t, native, store, conf, called)}
		for n := range 6 {
			hosts[n%2].signUp(t, person(fmt.Sprintf("user%d", n), "same@example.com"))
			for _, host := range hosts {
				if _, err := host.Dispatch(t.Context(), signup.DispatchRequest{}); err != nil {
					t.Fatal(err)
				}
			}
		}
		if n := len(called.of("mailer")); n != 1 {
			t.Errorf("%d messages went to one address within the cooldown, want 1", n)
		}
	})
}

// Several hosts that dispatch at once deliver each event once.
func TestHostsShareLeases(t *testing.T) {
	modes(t, func(t *testing.T, native bool) {
		store, called := memory.New(), &calls{}
		conf := sharedConf + "message_daily_cap=0\nmessage_cooldown=0\n"
		hosts := []*installation{startOn(t, native, store, conf, called), startOn(t, native, store, conf, called), startOn(t, native, store, conf, called)}
		const people = 12
		for n := range people {
			hosts[n%3].confirm(t, hosts[(n+1)%3].signUp(t, numbered(n)))
		}
		var all sync.WaitGroup
		for _, host := range hosts {
			all.Go(func() {
				for more := true; more; {
					answer, err := host.Dispatch(t.Context(), signup.DispatchRequest{Limit: 3})
					if err != nil {
						t.Error(err)
						return
					}
					more = answer.More
				}
			})
		}
		all.Wait()
		for _, service := range []string{"crm", "mailer"} {
			seen := map[string]bool{}
			for _, body := range called.of(service) {
				if seen[body] {
					t.Errorf("%s got twice: %s", service, body)
				}
				seen[body] = true
			}
			if len(seen) != people {
				t.Errorf("%s got %d events, want %d", service, len(seen), people)
			}
		}
	})
}

// Hosts that purge at the same time remove everything that has expired, nothing
// else, and leave a whole store.
func TestHostsPurgeTogether(t *testing.T) {
	modes(t, func(t *testing.T, native bool) {
		store, called := memory.New(), &calls{}
		hosts := []*installation{startOn(t, native, store, sharedConf, called), startOn(t, native, store, sharedConf, called)}
		hosts[0].confirm(t, hosts[0].signUp(t, ada()))
		for n := range 30 {
			hosts[n%2].signUp(t, numbered(n))
		}
		clock := newClock()
		clock.advance(25 * time.Hour)
		var all sync.WaitGroup
		for _, host := range hosts {
			host.clock = clock.now
			all.Go(func() {
				for cursor, more := "", true; more; {
					answer, err := host.Purge(t.Context(), signup.PurgeRequest{Limit: 5, Cursor: cursor})
					if err != nil && !signupBusy(err) {
						t.Error(err)
						return
					}
					cursor, more = answer.Cursor, answer.More || err != nil
				}
			})
		}
		all.Wait()
		if entries, err := store.Scan(t.Context(), "user/", "", 100); err != nil || len(entries) != 1 {
			t.Errorf("%d accounts are left, want 1 (%v)", len(entries), err)
		}
		mustBeWhole(t, store, testKey)
	})
}

// mustBeWhole checks the content of a store.
func mustBeWhole(t *testing.T, store kv.Store, secretKey signup.Secret) {
	t.Helper()
	keys, err := signup.ParseKeys(secretKey)
	if err != nil {
		t.Fatal(err)
	}
	entries, err := store.Scan(t.Context(), "", "", kv.MaxScanLimit)
	if err != nil || len(entries) == kv.MaxScanLimit {
		t.Fatal(len(entries), err)
	}
	checker := fsck.New(keys)
	for _, entry := range entries {
		checker.Add(entry)
	}
	for _, finding := range checker.Findings() {
		t.Error(finding)
	}
}

// inBackground lets a host work by itself, often.
func inBackground(store kv.Store, secretKey signup.Secret) func(*Options) {
	return func(o *Options) {
		o.Store, o.SecretKey = &sharedStore{store}, secretKey
		o.DispatchInterval, o.PurgeInterval = 20*time.Millisecond, 20*time.Millisecond
	}
}

func TestRekeyWaitsForOtherHosts(t *testing.T) {
	modes(t, func(t *testing.T, native bool) {
		const waiting = "does not move to the new secret key yet"
		store := memory.New()
		old := start(t, native, inBackground(store, testKey))
		old.confirm(t, old.signUp(t, ada()))
		moving := start(t, native, inBackground(store, newKey+","+testKey))
		eventually(t, "the other host is named", func() bool { return strings.Contains(moving.log.String(), waiting) })
		old.signUp(t, named("bob")) // serves
		moving.signUp(t, named("eve"))
		if n := strings.Count(moving.log.String(), waiting); n != 1 {
			t.Errorf("it is logged %d times", n)
		}
		prepared := start(t, native, inBackground(store, testKey+","+newKey))
		if err := old.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
		eventually(t, "the move", func() bool { return strings.Contains(moving.log.String(), `"the store uses one secret key alone`) })
		if log := moving.log.String(); !strings.Contains(log, "key=k2") {
			t.Errorf("the log is\n%s", log)
		}
		prepared.signUp(t, named("grace"))

		// A host that comes with the old key alone is refused, one that has the keys in
		// the former order works, and the store does not move back.
		_, err := New(t.Context(), Options{Conf: testConf, SecretKey: testKey, Store: &sharedStore{store}, Audit: &trail{}, Native: true})
		if !errors.Is(err, signup.ErrWrongKey) || !strings.Contains(err.Error(), "k2") {
			t.Errorf("with the old key alone: %v", err)
		}
		again := start(t, native, inBackground(store, testKey+","+newKey))
		eventually(t, "the end", func() bool { return strings.Contains(again.log.String(), "key=k2") })
		again.signUp(t, named("joan"))
		last := start(t, native, inBackground(store, newKey))
		if answer, err := last.Get(t.Context(), signup.GetRequest{Username: "joan"}); err != nil || answer.User.Email != "joan@example.com" {
			t.Errorf("with the new key alone: %+v %v", answer, err)
		}
		mustBeWhole(t, store, newKey)
	})
}

// A host that was forgotten, and serves with the old key alone after the store
// has moved on, refuses everything with a clear reason, and loses nothing.
func TestHostWithoutTheNewKeyRefusesClearly(t *testing.T) {
	modes(t, func(t *testing.T, native bool) {
		store := memory.New()
		old := start(t, native, func(o *Options) { o.Store = &sharedStore{store} }) // not announced
		old.confirm(t, old.signUp(t, ada()))
		moving := start(t, native, func(o *Options) { o.Store, o.SecretKey = &sharedStore{store}, newKey+","+testKey })
		if answer, err := moving.Admin("").Rekey(t.Context(), signup.RekeyRequest{}); err != nil || answer.Key != "k2" {
			t.Fatal(answer, err)
		}
		before, err := store.Scan(t.Context(), "", "", kv.MaxScanLimit)
		if err != nil {
			t.Fatal(err)
		}
		for name, try := range map[string]func() error{
			"signup":   func() error { _, err := old.Signup(t.Context(), named("bob")); return err },
			"get":      func() error { _, err := old.Get(t.Context(), signup.GetRequest{Username: "ada"}); return err },
			"dispatch": func() error { _, err := old.Dispatch(t.Context(), signup.DispatchRequest{}); return err },
			"purge":    func() error { _, err := old.Purge(t.Context(), signup.PurgeRequest{}); return err },
			"rekey":    func() error { _, err := old.Admin("").Rekey(t.Context(), signup.RekeyRequest{}); return err },
		} {
			if err := try(); err == nil || !strings.Contains(err.Error(), "secret key k2, which is missing") {
				t.Errorf("%s: %v", name, err)
			}
		}
		var notReady *NotReady
		if err := old.Ready(t.Context()); !errors.As(err, &notReady) || notReady.Reason != "the store is sealed with another secret key" {
			t.Errorf("ready: %v", err)
		}
		after, err := store.Scan(t.Context(), "", "", kv.MaxScanLimit)
		if err != nil || fmt.Sprint(after) != fmt.Sprint(before) {
			t.Errorf("it changed the store (%v)", err)
		}
		mustBeWhole(t, store, newKey+","+testKey)
	})
}

// Hosts of different versions meet in a rolling upgrade. A host to which the
// store is too new, or has other tables of Unicode, refuses to start and to
// serve, says why, and changes nothing.
func TestHostOfAnotherVersionRefusesClearly(t *testing.T) {
	modes(t, func(t *testing.T, native bool) {
		for name, c := range map[string]struct{ key, data, reason string }{
			"a newer format":      {"meta/format", `{"v":2,"unicode":"17.0.0","buckets":1,"more":[]}`, "meta/format: the record has version 2, this engine reads up to 1: use a newer engine"},
			"newer keys":          {"meta/keys", `{"v":2}`, "meta/keys: the record has version 2, this engine reads up to 1: use a newer engine"},
			"another Unicode":     {"meta/format", `{"v":1,"unicode":"99.0.0","buckets":1}`, "the store was created with Unicode 99.0.0, this engine has " + signup.UnicodeVersion()},
			"newer announcements": {"meta/hosts", `{"v":2}`, "meta/hosts: the record has version 2, this engine reads up to 1: use a newer engine"},
		} {
			store := memory.New()
			host := start(t, native, func(o *Options) { o.Store = &sharedStore{store} })
			host.confirm(t, host.signUp(t, ada()))
			if applied, err := store.Commit(t.Context(), kv.Batch{Puts: []kv.Put{{Key: c.key, Data: c.data}}}); err != nil || !applied {
				t.Fatal(applied, err)
			}
			before, err := store.Scan(t.Context(), "", "", kv.MaxScanLimit)
			if err != nil {
				t.Fatal(err)
			}
			if c.key == "meta/hosts" { // without the list, a host serves as well
				host.signUp(t, named("bob"))
				other := start(t, native, inBackground(store, testKey))
				if log := other.log.String(); !strings.Contains(log, c.reason) {
					t.Errorf("%s: the log is\n%s", name, log)
				}
				continue
			}
			if _, err := host.Signup(t.Context(), named("bob")); err == nil || !strings.Contains(err.Error(), c.reason) {
				t.Errorf("%s: signup: %v", name, err)
			}
			if err := host.Ready(t.Context()); err == nil || !strings.Contains(err.Error(), c.reason) {
				t.Errorf("%s: ready: %v", name, err)
			}
			_, err = New(t.Context(), Options{Conf: testConf, SecretKey: testKey, Store: &sharedStore{store}, Audit: &trail{}, Native: true})
			if err == nil || !strings.Contains(err.Error(), c.reason) {
				t.Errorf("%s: start: %v", name, err)
			}
			after, err := store.Scan(t.Context(), "", "", kv.MaxScanLimit)
			if err != nil || fmt.Sprint(after) != fmt.Sprint(before) {
				t.Errorf("%s: the store was changed (%v)", name, err)
			}
		}
	})
}

// A newer host wrote one record that this one cannot read: everything else
// continues, and that account gets a clear answer.
func TestRecordOfANewerVersionConcernsItsAccountOnly(t *testing.T) {
	modes(t, func(t *testing.T, native bool) {
		store, called := memory.New(), &calls{}
		host := startOn(t, native, store, sharedConf, called)
		id := host.confirm(t, host.signUp(t, ada()))
		if applied, err := store.Commit(t.Context(), kv.Batch{Puts: []kv.Put{{Key: "user/" + id, Data: `{"v":2,"new":true}`}}}); err != nil || !applied {
			t.Fatal(applied, err)
		}
		if _, err := host.Get(t.Context(), signup.GetRequest{Username: "ada"}); err == nil || !strings.Contains(err.Error(), "has version 2, this engine reads up to 1: use a newer engine") {
			t.Errorf("get: %v", err)
		}
		host.confirm(t, host.signUp(t, named("bob")))
		if _, err := host.Dispatch(t.Context(), signup.DispatchRequest{}); err != nil {
			t.Error(err)
		}
	})
}
