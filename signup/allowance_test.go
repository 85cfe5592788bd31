package signup

import (
	"fmt"
	"testing"
)

const day = 24 * 60 * minute

// sentTo counts the messages that went to an address.
func (w *world) sentTo() int { return len(w.tokensSent()) }

func TestMessagesToOneAddressAreCapped(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "enrol.message_daily_cap=3", "signup.callback_service_list=")
	w.now = w.now / day * day
	for n := range 8 { // claims, and void ones: all the same
		w.claim(fmt.Sprintf("user-%d", n/2), "ada@example.com")
		w.now++
	}
	w.claim("other", "bob@example.com")
	for dayNumber, want := range []int{4, 7, 9} {
		w.drainNow()
		if got := w.sentTo(); got != want {
			t.Errorf("by day %d %d messages went, want %d", dayNumber, got, want)
		}
		w.checkInvariants()
		w.now = (w.now/day + 1) * day
	}
	w.now += 2 * day
	w.purgeAll()
	if n := len(w.list(sentPrefix)); n != 0 {
		t.Errorf("%d counters are left", n)
	}
}

func TestMessagesToOneAddressHaveACooldown(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "enrol.message_cooldown=60", "signup.callback_service_list=")
	w.claim("ada", "same@example.com")
	w.claim("bob", "Same@EXAMPLE.com")
	for n, want := range []int{1, 2, 2} {
		r := w.mustRun("dispatch", `{}`)
		if got := w.sentTo(); got != want {
			t.Errorf("dispatch %d: %d messages went, want %d: %s", n, got, want, r.text)
		}
		w.now += minute
	}
}

// Cooldowns are in seconds: the second message goes when they are over.
func TestCooldownOfMessagesIsInSeconds(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "enrol.message_cooldown=60", "signup.callback_service_list=")
	w.claim("ada", "same@example.com")
	w.claim("bob", "same@example.com")
	w.mustRun("dispatch", `{}`)
	for after, want := range []int{1, 1, 2} {
		w.now += []int64{0, minute - 1, 1}[after]
		w.mustRun("dispatch", `{}`)
		if got := w.sentTo(); got != want {
			t.Errorf("%d messages went, want %d", got, want)
		}
	}
}

// A message whose service fails is counted once, however often it is tried.
func TestFailedMessageIsCountedOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "enrol.message_daily_cap=2", "signup.callback_service_list=")
	w.refuse("mailer")
	w.claim("ada", "ada@example.com")
	for range 5 {
		w.mustRun("dispatch", `{}`)
		w.now += 10 * minute
	}
	if got := record[sentRecord](t, w.list(sentPrefix)[0]).N; got != 1 {
		t.Errorf("counted are %d messages, want 1", got)
	}
}
