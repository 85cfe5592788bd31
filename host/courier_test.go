package host

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/kv/memory"
	"github.com/enrol-sso/enrol/signup"
)

// callbacks makes the inbox serve each of these callback services.
func callbacks(o *Options, box *inbox, names ...string) {
	o.Conf = confWith("signup", "callback_service_list="+strings.Join(names, ", "))
	o.Services = map[string]Service{}
	for _, name := range names {
		o.Services[name] = box.serve
	}
}

const never = 10 * time.Hour // as good as

// round delivers until nothing more is due.
func (c *courier) round() {
	for {
		if answer, err := c.dispatch(signup.DispatchRequest{}); err != nil || !answer.More {
			return
		}
	}
}

func TestDeliveryFollowsTheCommit(t *testing.T) {
	modes(t, func(t *testing.T, native bool) {
		var box inbox
		i := start(t, native, func(o *Options) {
			callbacks(o, &box, "crm.created")
			o.DispatchInterval = never
		})
		i.signUp(t, ada())
		eventually(t, "the delivery", func() bool { return len(box.all()) == 1 })
		i.signUp(t, person("bob", "bob@example.com"))
		eventually(t, "the second delivery", func() bool { return len(box.all()) == 2 })
	})
}

func TestCallerDoesNotWaitForDeliveries(t *testing.T) {
	modes(t, func(t *testing.T, native bool) {
		over := make(chan struct{})
		i := start(t, native, func(o *Options) {
			o.Conf = confWith("signup", "callback_service_list=slow")
			o.DispatchInterval = never
			o.Services = map[string]Service{"slow": func(context.Context, signup.ServiceCall) (string, error) {
				<-over
				return "", nil
			}}
		})
		i.signUp(t, ada()) // returns, or the test ends here
		i.signUp(t, person("bob", "bob@example.com"))
		close(over)
	})
}

// leftOver returns a store with an undelivered event.
func leftOver(t *testing.T, native bool) *memory.Store {
	t.Helper()
	store := memory.New()
	var box inbox
	i := start(t, native, func(o *Options) {
		callbacks(o, &box, "crm.created")
		o.Store = store
	})
	i.signUp(t, ada())
	if err := i.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if len(box.all()) > 0 {
		t.Fatal("a negative interval delivers")
	}
	return store
}

func TestDeliveryAtTheStart(t *testing.T) {
	modes(t, func(t *testing.T, native bool) {
		store := leftOver(t, native)
		var box inbox
		start(t, native, func(o *Options) {
			callbacks(o, &box, "crm.created")
			o.Store = store
			o.DispatchInterval = never
		})
		eventually(t, "the delivery", func() bool { return len(box.all()) == 1 })
	})
}

// TestDeliveryByTime makes an event due through another Enrol on the same
// store, without waking the first.
func TestDeliveryByTime(t *testing.T) {
	modes(t, func(t *testing.T, native bool) {
		store := memory.New()
		var box inbox
		start(t, native, func(o *Options) {
			callbacks(o, &box, "crm.created")
			o.Store = store
			o.DispatchInterval = 20 * time.Millisecond
		})
		other := start(t, native, func(o *Options) {
			callbacks(o, &box, "crm.created")
			o.Store = store
		})
		other.signUp(t, ada())
		eventually(t, "the delivery", func() bool { return len(box.all()) == 1 })
		other.signUp(t, person("bob", "bob@example.com"))
		eventually(t, "the next", func() bool { return len(box.all()) == 2 })
	})
}

func TestNegativeIntervalTurnsTimedDeliveryOff(t *testing.T) {
	modes(t, func(t *testing.T, native bool) {
		store := leftOver(t, native)
		var box inbox
		i := start(t, native, func(o *Options) {
			callbacks(o, &box, "crm.created")
			o.Store = store
		})
		i.signUp(t, person("bob", "bob@example.com"))
		if len(box.all()) > 0 {
			t.Error("it delivered")
		}
		if dispatched, err := i.Dispatch(t.Context(), signup.DispatchRequest{}); err != nil || dispatched.Delivered != 2 {
			t.Errorf("%+v, %v", dispatched, err)
		}
	})
}

func TestSlowServiceDoesNotDelayOthers(t *testing.T) {
	modes(t, func(t *testing.T, native bool) {
		over := make(chan struct{})
		stuck := make(chan struct{}, 8)
		var box inbox
		i := start(t, native, func(o *Options) {
			o.Conf = confWith("signup", "callback_service_list=slow, crm.created")
			o.DispatchInterval = 20 * time.Millisecond
			o.Services = map[string]Service{
				"crm.created": box.serve,
				"slow": func(context.Context, signup.ServiceCall) (string, error) {
					stuck <- struct{}{}
					<-over
					return "", nil
				},
			}
		})
		i.signUp(t, ada())
		<-stuck
		eventually(t, "the delivery to the other", func() bool { return len(box.all()) == 1 })
		i.signUp(t, person("bob", "bob@example.com"))
		<-stuck
		eventually(t, "the next one", func() bool { return len(box.all()) == 2 })
		close(over)
	})
}

func TestManyEventsAreDeliveredOnceEach(t *testing.T) {
	modes(t, func(t *testing.T, native bool) {
		const accounts = 60
		var box inbox
		i := start(t, native, func(o *Options) {
			callbacks(o, &box, "a", "b")
			o.DispatchInterval = 20 * time.Millisecond
		})
		for n := range accounts {
			i.signUp(t, numbered(n))
		}
		eventually(t, "all deliveries", func() bool { return len(box.all()) >= 2*accounts })
		seen := map[string]int{}
		for _, call := range box.all() {
			seen[call.Headers.ID]++
		}
		if len(seen) != 2*accounts {
			t.Errorf("%d events, %d calls", len(seen), len(box.all()))
		}
		eventually(t, "an empty outbox", func() bool {
			entries, err := i.store.Scan(t.Context(), "outbox/", "", 1)
			return err == nil && len(entries) == 0
		})
	})
}

func TestFailedDeliveriesAreLoggedAndTriedAgain(t *testing.T) {
	modes(t, func(t *testing.T, native bool) {
		clock := newClock()
		var box inbox
		box.answer = func(signup.ServiceCall) (string, error) {
			if len(box.calls) < 3 { // serve holds no lock here, and calls only grow
				return "", errors.New("closed for lunch")
			}
			return "", nil
		}
		i := start(t, native, func(o *Options) { callbacks(o, &box, "crm.created") })
		i.clock = clock.now
		i.signUp(t, ada())
		c := newCourier(i.Enrol)
		for range 3 {
			c.round()
			clock.advance(time.Hour)
		}
		if len(box.all()) != 3 {
			t.Errorf("%d calls", len(box.all()))
		}
		if log := i.log.String(); strings.Count(log, "level=WARN") != 2 || !strings.Contains(log, "kind=callback service=crm.created failure=refused reason=\"closed for lunch\" tries=2 next_due=") {
			t.Errorf("the log is\n%s", log)
		}
	})
}

func TestEventsAreGivenUpAfterTheLastTry(t *testing.T) {
	modes(t, func(t *testing.T, native bool) {
		clock := newClock()
		var box inbox
		box.answer = func(signup.ServiceCall) (string, error) { return "", errors.New("closed forever") }
		i := start(t, native, func(o *Options) { callbacks(o, &box, "crm.created") })
		i.clock = clock.now
		i.signUp(t, ada())
		c := newCourier(i.Enrol)
		for range 30 {
			c.round()
			clock.advance(2 * time.Hour)
		}
		dead, err := i.store.Scan(t.Context(), "dead/", "", 10)
		if err != nil || len(dead) != 1 || len(box.all()) != 20 || !strings.Contains(dead[0].Data, "closed forever") {
			t.Errorf("%d dead after %d calls, %v", len(dead), len(box.all()), err)
		}
		if !strings.Contains(i.log.String(), "level=ERROR") {
			t.Errorf("the log is\n%s", i.log)
		}
	})
}

// A damaged record stops no other delivery, and is logged once.
func TestDamageStopsNoDelivery(t *testing.T) {
	modes(t, func(t *testing.T, native bool) {
		store := memory.New()
		var box inbox
		i := start(t, native, func(o *Options) {
			callbacks(o, &box, "crm.created")
			o.Store = store
			o.DispatchInterval = 10 * time.Millisecond
		})
		if _, err := store.Commit(t.Context(), kv.Batch{Puts: []kv.Put{
			{Key: "outbox/00/0000000000000/x", Data: `{"v":1}`},
			{Key: "pending/00/0000000000000/x", Data: `{"v":1}`},
		}}); err != nil {
			t.Fatal(err)
		}
		for n := range 3 {
			i.signUp(t, numbered(n))
			eventually(t, "the delivery", func() bool { return len(box.all()) == n+1 })
		}
		i.courier.purge("")
		log := i.log.String()
		if strings.Count(log, "outbox/00/0000000000000/x: the key is damaged") != 1 || strings.Count(log, "pending/00/0000000000000/x") != 1 {
			t.Errorf("the log is\n%s", log)
		}
	})
}

// A message that a refused login caused does not wait for the interval. An
// operation that wrote nothing wakes nobody.
func TestRefusedLoginsWakeTheCourier(t *testing.T) {
	modes(t, func(t *testing.T, native bool) {
		i := start(t, native, func(*Options) {}) // nobody receives what wakes the courier
		woken := func() bool {
			defer func() { i.courier.woken = make(chan struct{}, 1) }()
			return len(i.courier.woken) > 0
		}
		i.signUp(t, ada())
		if !woken() {
			t.Error("a signup wakes nobody")
		}
		if answer, err := i.Verify(t.Context(), signup.VerifyRequest{Username: "ada", Password: "wrong"}); err != nil || answer.OK() {
			t.Fatalf("%+v, %v", answer, err)
		}
		if !woken() {
			t.Error("a refused login wakes nobody")
		}
		if answer, err := i.Confirm(t.Context(), signup.ConfirmRequest{ConfirmToken: "no such token"}); err != nil && answer.OK() || woken() {
			t.Errorf("%+v, %v: what wrote nothing wakes the courier", answer, err)
		}
	})
}

// Any number of listings set one timer, for the earliest time, and it is
// stopped in the end.
func TestOneTimerForWhatIsDue(t *testing.T) {
	clock := newClock()
	i := start(t, true, func(*Options) {})
	i.clock, i.options.DispatchInterval = clock.now, never
	c := newCourier(i.Enrol)
	now := clock.now()
	c.wakeAt(now.Add(time.Hour))
	first := c.due
	for _, later := range []time.Duration{2 * time.Hour, 30 * time.Minute, time.Hour} {
		c.wakeAt(now.Add(later))
	}
	if c.due != first || c.dueAt.Sub(now).Round(time.Minute) != 30*time.Minute {
		t.Errorf("the timer is for %v", c.dueAt.Sub(now))
	}
	clock.advance(40 * time.Minute)
	c.wakeAt(now.Add(2 * time.Hour))
	if c.dueAt.Sub(now).Round(time.Minute) != 2*time.Hour {
		t.Errorf("afterwards it is for %v", c.dueAt.Sub(now))
	}
	c.stop(t.Context())
	if first.Stop() {
		t.Error("the timer goes on")
	}
}

func TestStuckCourierThatLeavesIsNotCounted(t *testing.T) {
	c := newCourier(nil)
	c.serving["crm"] = serving{all: 3, fresh: 1, stuck: 1}
	c.leave("crm", true, true)
	if there := c.serving["crm"]; there != (serving{all: 2}) {
		t.Errorf("left are %+v", there)
	}
}

func TestDispatchThatFailsIsLogged(t *testing.T) {
	modes(t, func(t *testing.T, native bool) {
		store := newFaulty("scan", func(context.Context) error { return errDisk })
		i := start(t, native, func(o *Options) {
			o.Store = store
			o.DispatchInterval = 20 * time.Millisecond
		})
		store.armed.Store(true)
		eventually(t, "an error in the log", func() bool {
			return strings.Contains(i.log.String(), "the disk is full")
		})
	})
}
