package signup

import (
	"fmt"
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/signup/internal/record"
)

// poisoned returns a world whose message service answers 500 for addresses that
// begin with "poison", and the times at which it accepted the others.
func poisoned(t *testing.T) (w *world, arrived map[string]int64) {
	t.Helper()
	w, arrived = newWorld(t, "signup.callback_service_list="), map[string]int64{}
	w.Services = func(call ServiceCall) (string, error) {
		var data messageData
		if readBody(t, call, &data); strings.HasPrefix(data.To, "poison") {
			return "", &CallError{Kind: CallDown, Reason: "500"}
		}
		arrived[data.Username] = w.Clock.Now()
		return "", nil
	}
	return w, arrived
}

// poison signs up addresses with which the message service fails.
func (w *world) poison(n int) {
	for i := range n {
		w.claim(fmt.Sprintf("poison-%d", i), fmt.Sprintf("poison-%d@example.com", i))
	}
}

// However many addresses the service fails with, their retries do not delay the
// mail of later sign-ups.
func TestRetriesOfPoisonDelayNobody(t *testing.T) {
	t.Parallel()
	for _, n := range []int{1, 6, 30} {
		w, arrived := poisoned(t)
		w.poison(n)
		w.deliverFor(3 * minute)
		for i := range 60 {
			name, begin := fmt.Sprintf("user-%d", i), w.Clock.Now()
			w.claim(name, name+"@example.com")
			w.deliverFor(100)
			if at, sent := arrived[name]; !sent || at > begin {
				t.Errorf("%d poison addresses: the mail of %s takes %d ms (%t)", n, name, at-begin, sent)
			}
			w.deliverFor(int64(i%7)*9_700 + 13)
		}
		w.checkInvariants()
	}
}

// The first tries of several dozen such addresses delay later ones by less than
// ten seconds.
func TestFirstTriesOfPoisonDelayOthersBySeconds(t *testing.T) {
	t.Parallel()
	for _, n := range []int{1, 6, 36} {
		w, arrived := poisoned(t)
		w.poison(n)
		begin := w.Clock.Now()
		for i := range 20 {
			w.claim(fmt.Sprintf("user-%d", i), fmt.Sprintf("user-%d@example.com", i))
		}
		w.deliverFor(10_000)
		if len(arrived) != 20 {
			t.Errorf("%d poison addresses: %d of 20 messages arrive within 10 s", n, len(arrived))
		}
		for name, at := range arrived {
			if at-begin > int64(n)*firstRest {
				t.Errorf("%d poison addresses: the mail of %s takes %d ms", n, name, at-begin)
			}
		}
	}
}

// Two hundred such addresses in a row do not delay a thousand people who sign up
// after them by more than seconds, whatever lies between them.
func TestManyFirstTriesOfPoisonDelayOthersBySeconds(t *testing.T) {
	t.Parallel()
	for name, pause := range map[string]int64{"at once": 0, "a second later": 1_000, "an hour later": hour} {
		w, arrived := poisoned(t)
		w.poison(200)
		w.pass(pause)
		for i := range 1_000 {
			w.claim(fmt.Sprintf("user-%d", i), fmt.Sprintf("user-%d@example.com", i))
			w.pass(int64(i % 2))
		}
		w.pass(2 * pause) // nothing was delivered meanwhile
		begin := w.Clock.Now()
		w.deliverFor(10_000)
		late := int64(0)
		for _, at := range arrived {
			late = max(late, at-begin)
		}
		if len(arrived) != 1_000 || late > 5_000 { // calls take no time here
			t.Errorf("%s: %d of 1000 messages arrive within 10 s, the last one after %d ms", name, len(arrived), late)
		}
		w.checkInvariants()
	}
}

// A run for fresh events begins at a random one of them, wherever most of them
// are, and still delivers all.
func TestRunForFreshEventsBeginsAtARandomOne(t *testing.T) {
	t.Parallel()
	for name, pause := range map[string]func(i int) int64{
		"at the same time": func(int) int64 { return 0 },
		"evenly":           func(int) int64 { return 1_000 },
		"most long ago":    func(i int) int64 { return map[bool]int64{true: hour}[i == 29] },
	} {
		w := newWorld(t, "main.email_service=")
		for i := range 30 {
			w.claim(fmt.Sprintf("user-%d", i), fmt.Sprintf("user-%d@example.com", i))
			w.pass(pause(i))
		}
		first := map[string]bool{}
		for n := range 20 {
			other := w.fork(uint64(n))
			other.Services = func(ServiceCall) (string, error) { return "", &CallError{Kind: CallStopped} }
			other.mustRun("dispatch", `{"fresh":true,"limit":1}`)
			first[other.calls[0].Headers.ID] = true
			if len(other.Effects()) > 40 {
				t.Errorf("%s: a run has %d effects", name, len(other.Effects()))
			}
		}
		if len(first) < 8 {
			t.Errorf("%s: 20 runs begin at %d of 30 events", name, len(first))
		}
		if r := w.mustRun("dispatch", `{"fresh":true,"limit":100}`); r.Delivered != 30 || r.More {
			t.Errorf("%s: %s", name, r.text)
		}
	}
}

// A destination that answers some calls is not down for ten seconds, however
// many of the others fail. Then it is, and calls are few.
func TestDestinationThatAnswersSomeCallsIsNotDown(t *testing.T) {
	t.Parallel()
	w, arrived := poisoned(t)
	w.poison(3)
	w.claim("ada", "ada@example.com")
	w.deliverFor(1_000)
	if len(arrived) != 1 || w.downs() != 0 {
		t.Fatalf("%d arrived, %d are down", len(arrived), w.downs())
	}
	answered := w.healthNow().Answered
	for n := range 30 { // while it is known to answer, each first try is made at once
		calls := len(w.calls)
		w.Clock.Set(answered + int64(n)*300)
		w.claim(fmt.Sprintf("poison-x%d", n), fmt.Sprintf("poison-x%d@example.com", n))
		if w.mustRun("dispatch", `{"fresh":true}`); len(w.calls) != calls+1 || w.commits > 2+1 {
			t.Errorf("%d calls and %d commits for event %d", len(w.calls)-calls, w.commits, n)
		}
	}
	w.Clock.Set(answered + 5_000)
	w.claim("bob", "bob@example.com")
	w.mustRun("dispatch", `{"fresh":true}`)
	if h := w.healthNow(); h.Answered != w.Clock.Now() || h.Failed < answered {
		t.Errorf("after another answer it is %+v at %d", h, w.Clock.Now())
	}
	w.claim("poison-y", "poison-y@example.com")
	w.mustRun("dispatch", `{"fresh":true}`)
	w.pass(answerLast + 1)
	for n := range 20 {
		w.claim(fmt.Sprintf("poison-y%d", n), fmt.Sprintf("poison-y%d@example.com", n))
	}
	calls := len(w.calls)
	if w.mustRun("dispatch", `{"fresh":true}`); len(w.calls) > calls+2 || w.downs() != 1 {
		t.Errorf("%d calls when it has not answered for long, %d are down", len(w.calls)-calls, w.downs())
	}
	w.checkInvariants()
}

// A destination that is down is called at most a few times a second, however
// many sign up meanwhile. When it works again, everything arrives.
func TestFreshEventsProbeADestinationThatIsDown(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "main.email_service=")
	var calls []int64
	w.Services = func(ServiceCall) (string, error) {
		calls = append(calls, w.Clock.Now())
		return "", &CallError{Kind: CallDown, Reason: "503"}
	}
	begin, claimed, runs := w.Clock.Now(), 0, 0
	for next := begin; next < begin+minute; {
		for range 2 { // 20 per second
			w.claim(fmt.Sprintf("user-%d", claimed), fmt.Sprintf("user-%d@example.com", claimed))
			claimed++
		}
		for next += 100; w.Clock.Now() < next; runs++ {
			r := w.mustRun("dispatch", `{"limit":100}`)
			if r.More || r.NextDue <= w.Clock.Now() {
				t.Fatalf("at %d: %s", w.Clock.Now(), r.text)
			}
			w.Clock.Set(min(r.NextDue, next))
		}
	}
	in := func(from, to int64) int { // the number of calls in these milliseconds
		n := 0
		for _, at := range calls {
			if begin+from <= at && at < begin+to {
				n++
			}
		}
		return n
	}
	for second := range int64(60) {
		n, first := in(second*1_000, second*1_000+1_000), 1
		switch {
		case second == 0:
			first = 7
		case second < 9:
			first = 4
		}
		if n < first || n > first+2 { // one of the others, and the one that finds out whether the first event is at fault
			t.Errorf("%d calls in second %d", n, second)
		}
	}
	if n := in(0, minute); n > 41+50+7 || runs > 10*60*2 {
		t.Errorf("%d calls in %d runs", n, runs)
	}
	w.checkInvariants()
	w.pass(probeBase)
	w.Services = nil
	if r := w.mustRun("dispatch", `{"limit":100}`); r.Delivered != 100 || !r.More {
		t.Errorf("when it works again: %s", r.text)
	}
	w.pass(probeLimit)
	w.drainNow()
	if n := len(w.list(record.EventPrefix)); n != 0 {
		t.Errorf("%d of %d are left", n, claimed)
	}
}

// A call that hangs does not delay first tries if its event was tried before,
// and delays them by a moment if it was not.
func TestHangingCallDelaysFirstTriesByAMoment(t *testing.T) {
	t.Parallel()
	for _, tried := range []bool{true, false} {
		w, arrived := poisoned(t)
		w.poison(2)
		w.deliverFor(10_000)
		if tried {
			w.Clock.Set(w.healthNow().Next)
		} else {
			w.claim("poison", "poison@example.com")
		}
		other := w.fork(2)
		answer := w.Services
		w.Services = func(call ServiceCall) (string, error) {
			other.claim("ada", "ada@example.com")
			if !tried {
				if r := other.mustRun("dispatch", `{}`); len(other.calls) != 0 || r.More || r.NextDue != w.Clock.Now()+firstRest {
					t.Errorf("at once: %s", r.text)
				}
				other.pass(firstRest)
			}
			if r := other.mustRun("dispatch", `{"limit":1}`); r.Delivered != 1 || w.downs() != 0 {
				t.Errorf("tried before %t: %s", tried, r.text)
			}
			return answer(call)
		}
		if r := w.mustRun("dispatch", `{"limit":1}`); r.Failed != 1 || len(arrived) != 1 {
			t.Errorf("tried before %t: %s", tried, r.text)
		}
		w.checkInvariants()
	}
}

// A first try whose process died delays the others by a moment.
func TestFirstTryOfADeadProcessDelaysOthersByAMoment(t *testing.T) {
	t.Parallel()
	w, arrived := poisoned(t)
	w.poison(2)
	w.mustRun("dispatch", `{}`)
	w.pass(minute)
	w.claim("ada", "ada@example.com")
	w.commit = func(n int, apply func() (bool, error)) (bool, error) {
		if n == 1 {
			return false, errOutside
		}
		return apply()
	}
	w.run("dispatch", `{"limit":1}`)
	w.commit = nil
	w.claim("bob", "bob@example.com")
	begin := w.Clock.Now()
	delete(arrived, "ada")
	w.deliverFor(2_000)
	if at, sent := arrived["bob"]; !sent || at != begin+firstRest {
		t.Errorf("it takes %d ms: %v", at-begin, arrived)
	}
}

// A Retry-After comes from the destination itself, and applies to events of all
// kinds.
func TestRetryAfterHoldsForFreshEvents(t *testing.T) {
	t.Parallel()
	for _, tried := range []bool{true, false} { // whether the answered call was for an event that was tried before
		w := down(t, 1, 0)
		w.mustRun("dispatch", `{}`)
		w.pass(2_000)
		if !tried {
			w.claim("ada", "ada@example.com")
		}
		w.Services = func(ServiceCall) (string, error) {
			return "", &CallError{Kind: CallDown, RetryAfter: 300, Reason: "429"}
		}
		w.mustRun("dispatch", `{"limit":1}`)
		w.claim("bob", "bob@example.com")
		calls := len(w.calls)
		if r := w.mustRun("dispatch", `{}`); len(w.calls) != calls || r.More || r.NextDue != w.Clock.Now()+300_000 {
			t.Errorf("tried before %t: %s", tried, r.text)
		}
		w.pass(300_000)
		w.Services = nil
		if r := w.mustRun("dispatch", `{}`); r.Failed != 0 || len(w.list(record.EventPrefix)) != 0 {
			t.Errorf("tried before %t: afterwards %s", tried, r.text)
		}
	}
}

// A record of an earlier version says when a call may be made, but nothing
// about new events: they wait like the others, once.
func TestHealthOfAnEarlierVersion(t *testing.T) {
	t.Parallel()
	w := down(t, 2, 0)
	key := record.HealthPrefix + record.DestinationID("crm.created")
	w.write(kv.Put{Key: key, Data: fmt.Sprintf(`{"v":1,"failures":7,"next":%d}`, w.Clock.Now()+30_000)})
	if r := w.mustRun("dispatch", `{}`); len(w.calls) != 0 || r.More || r.NextDue != w.Clock.Now()+30_000 {
		t.Errorf("at first: %s", r.text)
	}
	w.pass(30_000)
	w.mustRun("dispatch", `{"limit":1}`)
	if r := w.mustRun("dispatch", `{}`); r.More || r.NextDue != w.Clock.Now()+firstShort {
		t.Errorf("after a call: %s", r.text)
	}
	w.checkInvariants()
}

// A listing says that a destination has more only if one of its events need not
// wait, and says when the first one may be called.
func TestListingOfADestinationThatIsDown(t *testing.T) {
	t.Parallel()
	w := down(t, 3, 0)
	w.firsts()
	w.mustRun("dispatch", `{}`)
	next := w.healthNow().Next
	if r := w.mustRun("dispatch", `{"limit":0}`); r.More || r.NextDue != next {
		t.Errorf("all were tried before, until %d: %s", next, r.text)
	}
	w.claim("ada", "ada@example.com")
	w.claim("bob", "bob@example.com")
	if r := w.mustRun("dispatch", `{"limit":0}`); !r.More {
		t.Errorf("two are fresh: %s", r.text)
	}
	w.mustRun("dispatch", `{"limit":1}`)
	if r := w.mustRun("dispatch", `{"limit":0}`); r.More || r.NextDue != w.Clock.Now()+4*firstShort {
		t.Errorf("one was called just now: %s", r.text)
	}
	w.pass(firstRest)
	if r := w.mustRun("dispatch", `{"limit":0}`); !r.More {
		t.Errorf("the other may be called: %s", r.text)
	}
}

// A run may be asked to leave the events that were tried before to others.
func TestFreshEventsOnly(t *testing.T) {
	t.Parallel()
	w := down(t, 3, 0)
	w.firsts()
	w.claim("ada", "ada@example.com")
	w.pass(probeLimit)
	w.Services = nil
	fresh := DispatchRequest{FreshOnly: true}
	if r := w.mustRun("dispatch", fresh); r.Delivered != 1 || r.More || r.NextDue != 0 || w.downs() != 0 {
		t.Errorf("with a fresh event: %s", r.text)
	}
	if r := w.mustRun("dispatch", `{"fresh":true,"limit":0}`); r.Delivered != 0 || r.More {
		t.Errorf("without one: %s", r.text)
	}
	if r := w.mustRun("dispatch", `{"fresh":false}`); r.Delivered != 3 {
		t.Errorf("of all kinds: %s", r.text)
	}
}

// A run does not read each of the events that wait for the end of a rest.
func TestRunDoesNotReadAllEventsThatRest(t *testing.T) {
	t.Parallel()
	w := down(t, 50, 0)
	w.firsts()
	w.mustRun("dispatch", `{"limit":1}`)
	for _, request := range []string{`{"limit":100}`, `{"limit":0}`} {
		if w.mustRun("dispatch", request); len(w.Effects()) > 12 {
			t.Errorf("%s: %s", request, w.kinds())
		}
	}
	for i := range 50 {
		w.claim(fmt.Sprintf("fresh-%d", i), fmt.Sprintf("fresh-%d@example.com", i))
	}
	w.mustRun("dispatch", `{"limit":1}`)
	w.pass(probeLimit)
	h := w.healthNow()
	h.Fresh = w.Clock.Now() + probeBase // the last of the other events may be called, fresh events may not
	w.write(record.Put(record.HealthPrefix+record.DestinationID("crm.created"), h))
	calls := len(w.calls)
	if w.mustRun("dispatch", `{"limit":10}`); len(w.calls) != calls+1 || len(w.Effects()) > 25 {
		t.Errorf("%d calls: %s", len(w.calls)-calls, w.kinds())
	}
}

// A call that fails late does not shorten the wait of a later call.
func TestLateFailureOfAFirstTry(t *testing.T) {
	t.Parallel()
	w := down(t, 4, 0)
	w.mustRun("dispatch", `{"limit":1}`)
	other := w.fork(2)
	other.commit = func(n int, apply func() (bool, error)) (bool, error) {
		if n == 1 { // its call hangs and is not settled
			return false, errOutside
		}
		return apply()
	}
	w.Services = func(ServiceCall) (string, error) {
		other.pass(probeBase)
		if other.run("dispatch", `{"limit":1}`); len(other.calls) != 1 {
			t.Errorf("%d calls after a second", len(other.calls))
		}
		return "", &CallError{Kind: CallDown, Reason: "timeout"}
	}
	w.mustRun("dispatch", `{"limit":1}`)
	if h := w.healthNow(); h.Fresh != other.Clock.Now()+firstRest || h.Firsts != 2 {
		t.Errorf("%+v at %d", h, w.Clock.Now())
	}
}

// After a successful probe, the events that the run skipped because they had to
// wait are delivered too.
func TestSuccessfulProbeReleasesWaitingEvents(t *testing.T) {
	t.Parallel()
	w := down(t, 3, 0)
	w.mustRun("dispatch", `{"limit":2}`)
	w.pass(5_000)
	w.mustRun("dispatch", `{"limit":1}`) // the third, for the first time
	if h := w.healthNow(); h.Fresh != w.Clock.Now()+2*firstShort || h.Next > w.Clock.Now() {
		t.Fatalf("%+v at %d", h, w.Clock.Now())
	}
	w.claim("ada", "ada@example.com") // waits
	w.Services = nil
	if r := w.mustRun("dispatch", `{}`); r.Delivered != 3 || r.More {
		t.Errorf("got %s", r.text)
	}
	if n := w.downs(); n != 0 {
		t.Errorf("%d are down", n)
	}
}

// A clock that was ahead and is set back delays no first try.
func TestClockThatIsSetBackDelaysNoFreshEvent(t *testing.T) {
	t.Parallel()
	for _, seconds := range []int{0, 300} { // of a Retry-After
		w := down(t, 2, seconds)
		w.pass(10 * hour)
		w.mustRun("dispatch", `{}`)
		if r := w.mustRun("dispatch", `{}`); r.NextDue <= w.Clock.Now() || r.More {
			t.Errorf("it is not down: %s", r.text)
		}
		w.pass(-(10 * hour))
		w.Services = nil
		w.claim("ada", "ada@example.com")
		if r := w.mustRun("dispatch", `{"limit":1}`); r.Delivered != 1 {
			t.Errorf("Retry-After %d: %s", seconds, r.text)
		}
	}
}
