package signup

import (
	"fmt"
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/signup/internal/record"
)

// 41 messages: the service is down for 12 s, and then refuses only one address.
// The others arrive within seconds.
func TestRefusedRecipientDelaysNobody(t *testing.T) {
	t.Parallel()
	for _, kind := range []CallFailure{CallRefused, CallDown, CallFinal} { // a service may answer 500 for one address
		w := newWorld(t, "signup.callback_service_list=")
		for i := range 41 {
			w.claim(fmt.Sprintf("user-%d", i), fmt.Sprintf("user-%d@example.com", i))
		}
		begin, accepted := w.Clock.Now(), map[string]bool{}
		w.Services = func(call ServiceCall) (string, error) {
			var data messageData
			readBody(t, call, &data)
			switch {
			case w.Clock.Now() < begin+12_000:
				return "", &CallError{Kind: CallDown, Reason: "503"}
			case data.Username == "user-7":
				return "", &CallError{Kind: kind, Reason: "no " + data.To + " here, " + strings.ToUpper(data.Username) + " " + data.Token}
			}
			accepted[data.Username] = true
			return "", nil
		}
		w.deliverFor(12_000)
		if n := len(w.calls); n > 41+8 { // each once, and a few again
			t.Errorf("%s: %d calls while the service was down", kind, n)
		}
		w.deliverFor(10_000)
		if len(accepted) != 40 {
			t.Errorf("%s: %d of 40 arrived", kind, len(accepted))
		}
		w.checkInvariants()
		for _, e := range append(w.list(record.EventPrefix), w.list(record.DeadPrefix)...) {
			if reason := recordOf[record.Event](t, e).Reason; !strings.Contains(reason, redacted) ||
				strings.Contains(reason, "@") || strings.Contains(strings.ToLower(reason), "user-7") {
				t.Errorf("%s: the reason is %q", kind, reason)
			}
		}
	}
}

// Events that wait for a destination that is down cost nothing.
func TestWaitingForADestinationThatIsDownCostsNoCommit(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "main.email_service=")
	for i := range 60 {
		w.claim(fmt.Sprintf("user-%d", i), fmt.Sprintf("user-%d@example.com", i))
	}
	w.Services = func(ServiceCall) (string, error) {
		return "", &CallError{Kind: CallDown, RetryAfter: 600, Reason: "429"}
	}
	if r := w.mustRun("dispatch", `{"limit":100}`); r.Failed != 1 || r.More || r.NextDue != w.Clock.Now()+600_000 || len(r.Failures) != 1 {
		t.Errorf("got %s", r.text)
	}
	for range 10 {
		w.pass(50_000)
		if r := w.mustRun("dispatch", `{"limit":100}`); w.commits != 0 || r.More {
			t.Errorf("%d commits: %s", w.commits, r.text)
		}
	}
	w.pass(200_000)
	w.Services = nil
	if r := w.mustRun("dispatch", `{"limit":100}`); r.Delivered != 60 || w.downs() != 0 {
		t.Errorf("when it works again: %s", r.text)
	}
}

// A run does not read all events that wait for the previous service.
func TestRunDoesNotReadAllEventsThatWaitForAnotherService(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "main.email_service=", "signup.callback_service_list=slow, crm")
	begin := w.Clock.Now()
	for i := range 200 {
		w.claim(fmt.Sprintf("user-%d", i), fmt.Sprintf("user-%d@example.com", i))
		w.pass(1)
	}
	crm := DispatchRequest{Destination: record.DestinationID("crm"), Limit: 16}
	r := w.mustRun("dispatch", crm)
	gets := 0
	for _, e := range w.Effects() {
		if e.Kind == "get" {
			gets++
		}
	}
	if gets > 150 || w.commits != 0 || len(w.calls) != 0 || r.More || r.NextDue != begin+turnTime {
		t.Errorf("%d reads, %d commits and %d calls: %s", gets, w.commits, len(w.calls), r.text)
	}
	w.mustRun("dispatch", DispatchRequest{Destination: record.DestinationID("slow"), Limit: 100})
	if r := w.mustRun("dispatch", DispatchRequest{Destination: crm.Destination, Limit: 100}); r.Delivered != 100 {
		t.Errorf("when half of the others are delivered: %s", r.text)
	}
	w.pass(turnTime)
	w.mustRun("dispatch", DispatchRequest{Destination: crm.Destination, Limit: 100})
	if n := strings.Count(w.called(), "crm"); n != 200 {
		t.Errorf("%d are delivered in the end", n)
	}
}

// Setting the clock, ahead and back, delays no event by more than an hour, in
// any state and however far it was ahead.
func TestSettingTheClockStrandsNoEvent(t *testing.T) {
	t.Parallel()
	for _, ahead := range []int64{2 * minute, 30 * minute, 90 * minute, 10 * hour, 24 * hour, 400 * day} {
		for name, test := range map[string]struct {
			failure *CallError
			dies    bool
			longest int64 // that an event waits when the clock is right again
		}{
			"fresh":       {},
			"leased":      {dies: true, longest: leaseTime + maxSkew},
			"refused":     {failure: &CallError{Kind: CallRefused, Reason: "550"}, longest: hour + maxSkew},
			"down":        {failure: &CallError{Kind: CallDown, Reason: "503"}, longest: hour + maxSkew},
			"retry after": {failure: &CallError{Kind: CallDown, RetryAfter: 600, Reason: "429"}, longest: hour + maxSkew},
		} {
			w := newWorld(t, "main.email_service=")
			w.pass(ahead)
			w.claim("ada", "ada@example.com")
			if test.failure != nil {
				w.Services = func(ServiceCall) (string, error) { return "", test.failure }
				w.mustRun("dispatch", `{}`)
			}
			if test.dies {
				w.commit = func(n int, apply func() (bool, error)) (bool, error) {
					if n == 1 { // the call is not settled
						return false, errOutside
					}
					return apply()
				}
				w.run("dispatch", `{}`)
				w.commit = nil
			}
			w.Services, w.calls = nil, nil
			w.pass(-ahead)
			longest := test.longest
			if ahead > longest+hour { // no such wait exists
				longest = 0
			}
			w.deliverFor(longest + 10_000)
			if len(w.calls) != 1 {
				t.Errorf("%d ms ahead, %s: %d calls", ahead, name, len(w.calls))
			}
			w.checkInvariants()
		}
	}
}

// A clock that was ahead while a destination was down delays what is new there
// by seconds, and its retries by a minute.
func TestSettingTheClockDoesNotExtendRests(t *testing.T) {
	t.Parallel()
	for _, ahead := range []int64{5 * minute, 30 * minute, 2 * hour} {
		w := down(t, 3, 0)
		w.pass(ahead)
		w.firsts()
		w.mustRun("dispatch", `{}`)
		w.pass(-ahead)
		w.Services = nil
		w.claim("ada", "ada@example.com")
		if r := w.mustRun("dispatch", `{"limit":1}`); r.Delivered != 1 {
			t.Errorf("%d ms ahead, a new event: %s", ahead, r.text)
		}
		w = down(t, 1, 0)
		w.pass(ahead)
		w.firsts()
		w.mustRun("dispatch", `{}`)
		w.pass(-ahead)
		if h := (health{Health: w.healthNow()}); !h.nextIsOver(w.Clock.Now()) {
			t.Errorf("%d ms ahead: the next retry must wait until %d, and it is %d", ahead, h.Next, w.Clock.Now())
		}
	}
}

// A message that the cap postpones for hours waits for all of them, and one
// that a clock postponed that was days ahead does not.
func TestPostponedMessagesWaitForTheirTime(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "enrol.message_daily_cap=1", "enrol.message_cooldown=0", "signup.callback_service_list=")
	w.Clock.Set(w.Clock.Now()/day*day + 3*hour)
	w.claimFrom("192.0.2.1", "ada", "ada@example.com")
	w.mustRun("dispatch", `{}`)
	w.claimFrom("192.0.2.1", "bob", "ada@example.com")
	for range 2 { // the second one moves it to the end of the day
		w.deliverFor(2 * hour)
	}
	places := w.list(record.LinePrefix(0, record.DestinationID(record.MessageDestination)) + record.Postponed)
	if len(w.calls) != 1 || len(places) != 1 {
		t.Fatalf("%d calls, and postponed are %v", len(w.calls), places)
	}
	w.checkInvariants()
	if w.mustRun("dispatch", `{}`); w.commits != 0 {
		t.Errorf("waiting costs %d commits", w.commits)
	}
	w.Clock.Set(midnight(w.Clock.Now()))
	if w.mustRun("dispatch", `{}`); len(w.calls) != 2 {
		t.Errorf("%d calls on the next day", len(w.calls))
	}
}

// A host that stops gets its events back, at once and without counting a try.
func TestStoppedCallGivesItsEventBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for i := range 5 {
		w.claim(fmt.Sprintf("user-%d", i), fmt.Sprintf("user-%d@example.com", i))
	}
	w.Services = func(ServiceCall) (string, error) { return "", &CallError{Kind: CallStopped, Reason: "stopping"} }
	if r := w.mustRun("dispatch", `{}`); len(w.calls) != 1 || r.Failed != 0 || len(r.Failures) != 0 {
		t.Errorf("%d calls: %s", len(w.calls), r.text)
	}
	for _, e := range w.list(record.EventPrefix) {
		if event := recordOf[record.Event](t, e); event.Lease != "" || event.Tries != 0 || event.Due != 0 {
			t.Errorf("left is %+v", event)
		}
	}
	w.Services = nil
	if r := w.mustRun("dispatch", `{}`); r.Delivered != 10 {
		t.Errorf("afterwards %s", r.text)
	}
}

// An engine that has a store to itself ends all leases.
func TestExclusiveOpenEndsLeases(t *testing.T) {
	t.Parallel()
	for _, exclusive := range []bool{true, false} {
		w := newWorld(t, "main.email_service=")
		w.claim("ada", "ada@example.com")
		w.commit = func(n int, apply func() (bool, error)) (bool, error) {
			if n == 1 { // it dies before the call is settled
				return false, errOutside
			}
			return apply()
		}
		w.run("dispatch", `{}`)
		w.commit, w.calls = nil, nil
		w.mustRun("open", fmt.Sprintf(`{"exclusive":%t}`, exclusive))
		w.checkInvariants()
		w.mustRun("dispatch", `{}`)
		if (len(w.calls) == 1) != exclusive {
			t.Errorf("exclusive %t: %d calls", exclusive, len(w.calls))
		}
	}
}

// Waits begin at the end of a call, however long it took.
func TestWaitsBeginWhenTheCallEnds(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		kind       CallFailure
		retryAfter int
		wait       int64
	}{
		{CallDown, 8, 8_000}, {CallDown, 0, probeBase}, {CallRefused, 0, retryBase},
	} {
		w := newWorld(t, "signup.callback_service_list=")
		var ended []int64
		var begun []int64
		w.Services = func(ServiceCall) (string, error) {
			begun = append(begun, w.Clock.Now())
			w.pass(10_000)
			ended = append(ended, w.Clock.Now())
			return "", &CallError{Kind: test.kind, RetryAfter: test.retryAfter, Reason: "no"}
		}
		w.claim("ada", "ada@example.com")
		w.deliverFor(minute / 2)
		if len(begun) < 2 || begun[1] < ended[0]+test.wait {
			t.Errorf("%s, Retry-After %d: calls begin at %d and end at %d", test.kind, test.retryAfter, begun, ended)
		}
		w.checkInvariants()
	}
}
