package signup

import (
	"fmt"
	"slices"
	"testing"

	"github.com/enrol-sso/enrol/signup/internal/record"
)

// healthNow returns the health of the only destination that is down.
func (w *world) healthNow() *record.Health {
	w.t.Helper()
	entries := w.list(record.HealthPrefix)
	if len(entries) != 1 {
		w.t.Fatalf("%d destinations are down", len(entries))
	}
	return recordOf[record.Health](w.t, entries[0])
}

// downs returns the number of destinations that are down.
func (w *world) downs() int {
	w.t.Helper()
	n := 0
	for _, e := range w.list(record.HealthPrefix) {
		if h, err := readHealth(e.Key, e.Value, w.Clock.Now()); err != nil || h.Health != nil {
			n++
		}
	}
	return n
}

// down returns a world with some events of one service that is down.
func down(t *testing.T, events, retryAfter int) *world {
	t.Helper()
	w := newWorld(t, "main.email_service=")
	for i := range events {
		w.claim(fmt.Sprintf("user-%d", i), fmt.Sprintf("user-%d@example.com", i))
	}
	w.Services = func(ServiceCall) (string, error) {
		return "", &CallError{Kind: CallDown, RetryAfter: retryAfter, Reason: "503"}
	}
	return w
}

// firsts tries each event of a world once, while its service is down.
func (w *world) firsts() {
	w.t.Helper()
	for range w.list(record.EventPrefix) {
		w.mustRun("dispatch", `{"limit":1}`)
		w.pass(probeBase)
	}
}

// The first failure may concern one event only, so another call follows at
// once. Then fresh events are called at intervals that grow to a quarter of a
// second, and after 40 failures to a second.
func TestHealthSpacesProbesOfFreshEvents(t *testing.T) {
	t.Parallel()
	w := down(t, 45, 0)
	for n := range 45 {
		wait := int64(probeBase)
		if n < firstMany {
			wait = append([]int64{0, 25, 50, 100, 200}, slices.Repeat([]int64{250}, firstMany)...)[n]
		}
		w.mustRun("dispatch", `{"limit":1}`)
		if h := w.healthNow(); h.Fresh != w.Clock.Now()+wait || h.Firsts != n || h.Failures != 1 || h.Lease != "" || len(w.calls) != n+1 {
			t.Fatalf("after %d failures: %d calls, %+v at %d", n+1, len(w.calls), h, w.Clock.Now())
		}
		for _, e := range w.list(record.LinePrefix(0, record.DestinationID("crm.created")) + record.Waiting) { // of the fresh ones only
			s, _ := record.ParseSlot(e.Key)
			w.remove(e.Key)
			w.remove(record.EventPrefix + s.ID)
		}
		if wait > 0 && n < 44 {
			w.pass(wait - 1)
			if r := w.mustRun("dispatch", `{"limit":100}`); r.More || r.NextDue != w.Clock.Now()+1 || len(w.calls) != n+1 {
				t.Errorf("%d calls too early: %s", len(w.calls), r.text)
			}
			w.pass(1)
		}
	}
}

// Probes with events that were tried before become rarer, up to one a minute.
func TestHealthSpacesProbes(t *testing.T) {
	t.Parallel()
	w := down(t, 30, 0)
	w.firsts()
	for n, wait := range []int64{1, 2, 4, 8, 16, 32, 60, 60, 60} {
		w.mustRun("dispatch", `{"limit":100}`)
		if h := w.healthNow(); h.Next != w.Clock.Now()+wait*1_000 || h.Failures != n+2 || h.Lease != "" || len(w.calls) != 30+n+1 {
			t.Fatalf("after %d failures: %d calls, %+v at %d", n+2, len(w.calls), h, w.Clock.Now())
		}
		w.pass(wait*1_000 - 1)
		if r := w.mustRun("dispatch", `{"limit":100}`); r.More || r.NextDue != w.Clock.Now()+1 || len(w.calls) != 30+n+1 {
			t.Errorf("%d calls too early: %s", len(w.calls), r.text)
		}
		w.pass(1)
	}
}

func TestHealthObeysARetryAfterForAnHour(t *testing.T) {
	t.Parallel()
	for seconds, want := range map[int]int64{1: 1_000, 120: 120_000, 3_600: hour, 86_400: hour, 1 << 31: hour} {
		w := down(t, 3, seconds)
		for n := range 2 { // of the first failure and of a probe
			w.mustRun("dispatch", `{}`)
			if h := w.healthNow(); h.Next != w.Clock.Now()+want || h.Fresh != w.Clock.Now()+want || h.Firsts != n {
				t.Errorf("%d seconds: %+v at %d", seconds, h, w.Clock.Now())
			}
			w.pass(want)
		}
	}
}

// Calls that were running when the destination failed prove nothing new when
// they fail too, unless they say when to come back.
func TestHealthCountsOnlyProbes(t *testing.T) {
	t.Parallel()
	for _, retryAfter := range []int{0, 90} {
		w := down(t, 6, 0)
		other := w.fork(2)
		w.Services = func(ServiceCall) (string, error) {
			other.mustRun("dispatch", `{}`)
			return "", &CallError{Kind: CallDown, RetryAfter: retryAfter, Reason: "503"}
		}
		w.mustRun("dispatch", `{"limit":1}`)
		next, fresh := w.Clock.Now(), w.Clock.Now()+firstShort
		if retryAfter > 0 {
			next, fresh = w.Clock.Now()+90_000, w.Clock.Now()+90_000
		}
		if h := w.healthNow(); h.Failures != 1 || h.Firsts != 1 || h.Next != next || h.Fresh != fresh || len(other.calls) != 2 {
			t.Errorf("%+v after %d other calls, at %d", h, len(other.calls), w.Clock.Now())
		}
	}
}

// While one dispatcher probes with an event that was tried before, no other
// dispatcher calls the destination with another such event.
func TestHealthAllowsOneProbeAtATime(t *testing.T) {
	t.Parallel()
	w := down(t, 6, 0)
	w.firsts()
	other := w.fork(2)
	other.Services = nil
	w.Services = func(ServiceCall) (string, error) {
		if r := other.mustRun("dispatch", `{}`); len(other.calls) != 0 || r.More || r.NextDue != w.Clock.Now()+leaseTime {
			t.Errorf("%d other calls: %s", len(other.calls), r.text)
		}
		return "", nil
	}
	w.mustRun("dispatch", `{"limit":1}`)
	if n := w.downs(); n != 0 {
		t.Errorf("%d destinations are down after a probe that succeeded", n)
	}
	if r := other.mustRun("dispatch", `{}`); r.Delivered != 5 {
		t.Errorf("afterwards: %s", r.text)
	}
}

// The health of a destination that has answered for seconds without a failure is
// removed.
func TestHealthIsForgotten(t *testing.T) {
	t.Parallel()
	w := down(t, 1, 0)
	w.mustRun("dispatch", `{}`)
	w.Services = nil
	for n, want := range []int{1, 1, 0} { // the failed event, one at once, one later
		w.pass([]int64{probeBase, 0, answerStep}[n])
		if n > 0 {
			w.claim(fmt.Sprintf("ada-%d", n), fmt.Sprintf("ada-%d@example.com", n))
		}
		if r := w.mustRun("dispatch", `{}`); r.Delivered != 1 || len(w.list(record.HealthPrefix)) != want || w.downs() != 0 {
			t.Errorf("after answer %d there are %d records: %s", n+1, len(w.list(record.HealthPrefix)), r.text)
		}
	}
}

// Purge removes the health of a destination when nothing waits for it.
func TestHealthIsPurged(t *testing.T) {
	t.Parallel()
	w := down(t, 1, 0)
	w.mustRun("dispatch", `{}`)
	w.mustRun("purge", `{}`)
	w.healthNow() // the event waits
	for _, e := range append(w.list(record.EventPrefix), w.list(record.OutboxPrefix)...) {
		w.remove(e.Key)
	}
	w.mustRun("purge", `{}`)
	if n := len(w.list(record.HealthPrefix)); n != 0 {
		t.Errorf("%d are left", n)
	}
}

// An engine that has a store to itself may probe at once what another process
// was probing when it died.
func TestExclusiveOpenEndsProbes(t *testing.T) {
	t.Parallel()
	for _, exclusive := range []bool{true, false} {
		w := down(t, 3, 0)
		w.firsts()
		w.commit = func(n int, apply func() (bool, error)) (bool, error) {
			if n == 1 { // it dies before the probe is settled
				return false, errOutside
			}
			return apply()
		}
		w.run("dispatch", `{}`)
		w.commit, w.Services, w.calls = nil, nil, nil
		w.mustRun("open", fmt.Sprintf(`{"exclusive":%t}`, exclusive))
		if h := w.healthNow(); (h.Lease == "") != exclusive {
			t.Errorf("exclusive %t: %+v", exclusive, h)
		}
		w.checkInvariants()
		if r := w.mustRun("dispatch", `{}`); (r.Delivered == 3) != exclusive {
			t.Errorf("exclusive %t: %s", exclusive, r.text)
		}
	}
}
