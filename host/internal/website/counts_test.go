package website

import (
	"fmt"
	"testing"
	"time"

	"github.com/enrol-sso/enrol/host/httpapi"
)

// of is a request from an address, "" for none.
func of(kind, app, address string) Counted {
	return Counted{Kind: kind, App: app, Client: httpapi.Neighbourhood(address)}
}

func TestClientsGetTheirAllowanceBack(t *testing.T) {
	now := time.Unix(1_000_000, 0)
	c := NewCounts(func() time.Time { return now })
	take := func() time.Duration { return c.Take(of("signup", "CRM", "192.0.2.1"), 4) }
	for range 4 {
		if wait := take(); wait != 0 {
			t.Fatalf("it must wait for %s", wait)
		}
	}
	if wait := take(); wait != 15*time.Minute {
		t.Errorf("the fifth must wait for %s, want a quarter of an hour", wait)
	}
	now = now.Add(15 * time.Minute)
	if wait := take(); wait != 0 {
		t.Errorf("after that, it must wait for %s", wait)
	}
	if wait := take(); wait == 0 {
		t.Error("the next one need not wait")
	}
	now = now.Add(-24 * time.Hour)
	if wait := take(); wait != 0 {
		t.Errorf("after the clock was set back, it must wait for %s", wait)
	}
}

func TestWhatIsCountedTogether(t *testing.T) {
	c := NewCounts(time.Now)
	take := func(operation, app, address string) bool { return c.Take(of(operation, app, address), 1) == 0 }
	if !take("signup", "CRM", "2001:db8::1") {
		t.Fatal("the first is refused")
	}
	if take("signup", "CRM", "2001:db8::ffff:2") {
		t.Error("another address of the same /64 is another client")
	}
	for _, other := range [][3]string{{"signup", "CRM", "2001:db8:0:1::1"}, {"signup", "Billing", "2001:db8::1"}, {"resend", "CRM", "2001:db8::1"}, {"signup", "CRM", ""}, {"signup", "CRM", ""}} {
		if !take(other[0], other[1], other[2]) {
			t.Errorf("%v is refused", other)
		}
	}
}

func TestNeighboursShareALimit(t *testing.T) {
	c := NewCounts(time.Now)
	taken := 0
	for n := range 100 {
		if c.Take(of("signup", "CRM", fmt.Sprintf("2001:db8:0:%x::1", n)), 2) == 0 {
			taken++
		}
	}
	if taken != 2*wide {
		t.Errorf("%d requests from one /48 are let in, want %d", taken, 2*wide)
	}
	if c.Take(of("signup", "CRM", "2001:db8:1::1"), 2) > 0 {
		t.Error("another /48 is refused")
	}
	for n := range 100 {
		if c.Take(of("signup", "CRM", fmt.Sprintf("192.0.2.%d", n)), 2) > 0 {
			t.Fatal("another IPv4 address is refused")
		}
	}
}

func TestCountsAreBounded(t *testing.T) {
	c := NewCounts(time.Now)
	for i := range maxCounted + 1_000 {
		c.Take(of("signup", "CRM", fmt.Sprintf("10.%d.%d.%d", i>>16, i>>8&255, i&255)), 10)
	}
	if len(c.full) > maxCounted {
		t.Errorf("%d clients are counted", len(c.full))
	}
}

func TestWhatIsGivenBackCountsNoMore(t *testing.T) {
	c := NewCounts(time.Now)
	for _, address := range []string{"192.0.2.1", "2001:db8::1"} {
		one := of("sign-in", "", address)
		for range 20 {
			if wait := c.Take(one, 2); wait > 0 {
				t.Fatalf("%s must wait for %s", address, wait)
			}
			c.GiveBack(one, 2)
		}
		for range 2 {
			if c.Take(one, 2) > 0 {
				t.Errorf("%s has less than its limit", address)
			}
		}
		if c.Take(one, 2) == 0 {
			t.Errorf("%s has more than its limit", address)
		}
	}
	c.GiveBack(of("sign-in", "", "192.0.2.9"), 2)
	if len(c.full) != 3 {
		t.Errorf("%d are counted", len(c.full))
	}
}
