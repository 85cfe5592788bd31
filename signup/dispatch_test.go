package signup

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// refuse makes services refuse; the others accept.
func (w *world) refuse(services ...string) {
	w.answer = func(call ServiceCall) (string, error) {
		if slices.Contains(services, call.Service) {
			return "", errors.New("503 Service Unavailable")
		}
		return "", nil
	}
}

func (r reply) counts() string {
	return fmt.Sprintf("delivered %d failed %d dead %d more %v", r.Delivered, r.Failed, r.Dead, r.More)
}

func TestDispatchDeliversWhatASignupLeft(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	token := w.claim("Ada", "ada@example.com")
	w.now += 1
	r := w.mustRun("dispatch", `{}`)
	if r.counts() != "delivered 2 failed 0 dead 0 more false" || r.NextDue != 0 {
		t.Errorf("got %s", r.text)
	}
	if len(w.list(eventPrefix)) != 0 || len(w.list(outboxPrefix)) != 0 || len(w.list("dead/")) != 0 {
		t.Error("something is left")
	}
	id := strings.TrimPrefix(w.list(userPrefix)[0].Key, userPrefix)
	want := map[string]string{
		"crm.created": `{"sign_up_confirm_token":"` + token + `","user_id":"` + id + `","username":"Ada","email":"ada@example.com","current_app":"CRM","app_list":["CRM","Wiki"],` +
			`"display_name":"","first_name":"","middle_name":"","last_name":"","attrs":{},"sign_up_status":"before_confirmation","sign_up_time":"2026-09-21T14:13:20","approval_status":"before_decision","is_approval_needed":true}}`,
		"mailer": `{"kind":"confirm","to":"ada@example.com","username":"Ada","token":"` + token + `","reason":"","from":"confirm@example.com","cc":[],"bcc":[],"template":"sso-confirm.txt","site_name":"Example"}}`,
	}
	for _, call := range w.calls {
		if !strings.HasSuffix(call.Body, `"data":`+want[call.Service]) {
			t.Errorf("%s is sent\n%s\nwant\n%s", call.Service, call.Body, want[call.Service])
		}
	}
	if r := w.mustRun("dispatch", `{}`); r.counts() != "delivered 0 failed 0 dead 0 more false" || len(w.calls) != 2 {
		t.Errorf("the second time: %s", r.text)
	}
}

func TestBackOff(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "main.email_service=")
	w.claim("ada", "ada@example.com")
	w.refuse("crm.created")
	ids := map[string]bool{}
	for try, seconds := range []int64{5, 10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600, 3600, 3600, 3600, 3600, 3600, 3600, 3600} {
		r := w.mustRun("dispatch", `{}`)
		if r.counts() != "delivered 0 failed 1 dead 0 more false" || r.NextDue != w.now+seconds*1000 {
			t.Fatalf("try %d: %s at %d", try+1, r.text, w.now)
		}
		event := record[eventRecord](t, w.list(eventPrefix)[0])
		if event.Tries != try+1 || event.Lease != "" || event.Reason != "503 Service Unavailable" {
			t.Errorf("try %d: the event is %+v", try+1, event)
		}
		w.checkInvariants()
		w.now = r.NextDue - 1
		if early := w.mustRun("dispatch", `{}`); early.Failed != 0 || early.NextDue != r.NextDue {
			t.Errorf("try %d: too early %s", try+1, early.text)
		}
		w.now++
	}
	if r := w.mustRun("dispatch", `{}`); r.counts() != "delivered 0 failed 0 dead 1 more false" || r.NextDue != 0 {
		t.Errorf("the last try: %s", r.text)
	}
	dead := w.list("dead/")
	if len(dead) != 1 || len(w.list(eventPrefix)) != 0 || len(w.list(outboxPrefix)) != 0 {
		t.Fatalf("dead are %v", dead)
	}
	letter := record[eventRecord](t, dead[0])
	if letter.Tries != 20 || letter.Reason == "" || dead[0].Key != fmt.Sprintf("dead/00/%d/%s", w.now, letter.ID) {
		t.Errorf("the dead letter %s is %+v", dead[0].Key, letter)
	}
	for _, call := range w.calls {
		ids[call.Headers.ID] = true
	}
	if len(w.calls) != 20 || len(ids) != 1 || !ids[letter.ID] {
		t.Errorf("%d calls with the ids %v", len(w.calls), ids)
	}
}

func TestReasonIsCutShort(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "main.email_service=")
	w.claim("ada", "ada@example.com")
	w.answer = func(ServiceCall) (string, error) { return "", errors.New(strings.Repeat("é", 5000)) }
	w.mustRun("dispatch", `{}`)
	if reason := record[eventRecord](t, w.list(eventPrefix)[0]).Reason; reason != strings.Repeat("é", 200)+"…" {
		t.Errorf("the reason has %d bytes", len(reason))
	}
}

func TestOneDestinationDoesNotHoldUpAnother(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "signup.callback_service_list=a, b")
	w.account("ada", "ada@example.com")
	w.refuse("a")
	if r := w.mustRun("dispatch", `{}`); r.counts() != "delivered 2 failed 1 dead 0 more false" {
		t.Errorf("got %s", r.text)
	}
	w.refuse("mailer")
	w.now += minute
	if r := w.mustRun("dispatch", `{}`); r.counts() != "delivered 1 failed 0 dead 0 more false" {
		t.Errorf("got %s", r.text)
	}
}

// kindsOfMessages lists what the message service accepted or refused.
func kindsOfMessages(t *testing.T, calls []ServiceCall) string {
	t.Helper()
	var kinds []string
	for _, call := range calls {
		if call.Service == "mailer" {
			var data messageData
			readBody(t, call, &data)
			kinds = append(kinds, data.Kind)
		}
	}
	return strings.Join(kinds, " ")
}

func TestWelcomeWaitsForTheMessageBefore(t *testing.T) {
	t.Parallel()
	for seed := range uint64(8) { // the order of ids differs
		w := newWorld(t, "signup.is_approval_needed=False")
		w.seed(seed + 50)
		w.account("ada", "ada@example.com")
		w.refuse("mailer")
		for range 4 {
			r := w.mustRun("dispatch", `{}`)
			w.checkInvariants()
			w.now = max(w.now, r.NextDue)
		}
		if got := strings.ReplaceAll(kindsOfMessages(t, w.calls), " ", ""); strings.Trim(got, "confirm") != "" {
			t.Errorf("before the first was accepted: %s", got)
		}
		w.calls = nil
		w.refuse()
		for range 5 {
			r := w.mustRun("dispatch", `{}`)
			w.now = max(w.now, r.NextDue)
		}
		if got := kindsOfMessages(t, w.calls); got != "confirm welcome" {
			t.Errorf("got %s", got)
		}
		if got := len(w.list(eventPrefix)); got != 0 {
			t.Errorf("%d events are left", got)
		}
	}
}

func TestSuccessorOfADeadLetterGoesOn(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "signup.is_approval_needed=False", "signup.callback_service_list=")
	w.account("ada", "ada@example.com")
	w.answer = func(call ServiceCall) (string, error) {
		if kindsOfMessages(t, []ServiceCall{call}) == "confirm" {
			return "", errOutside
		}
		return "", nil
	}
	for range 60 {
		r := w.mustRun("dispatch", `{}`)
		w.now = max(w.now, r.NextDue)
	}
	if got := len(w.list("dead/")); got != 1 {
		t.Errorf("%d dead letters", got)
	}
	if kinds := kindsOfMessages(t, w.calls); !strings.HasSuffix(kinds, "confirm welcome") || strings.Count(kinds, "welcome") != 1 {
		t.Errorf("got %s", kinds)
	}
}

// Both deliver it, the slow one fails: what the other is doing is not touched.
func TestVoidCallbackIsNeverCalled(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.account("eve", "eve@example.com")
	w.mustRun("dispatch", `{}`)
	w.calls = nil
	w.claim("eve", "ada@example.com")
	w.claim("ada", "eve@example.com")
	r := w.mustRun("dispatch", `{}`)
	if got := w.called(); got != "mailer mailer" || r.Delivered != 2 {
		t.Errorf("called %s: %s", got, r.text)
	}
	if got := len(w.list(eventPrefix)) + len(w.list(outboxPrefix)); got != 0 {
		t.Errorf("%d records are left", got)
	}
}

func TestLimitOfDispatch(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "signup.callback_service_list=a, b, c, d", "enrol.buckets=16")
	for i := range 5 {
		w.claim(fmt.Sprintf("user%d", i), fmt.Sprintf("user%d@example.com", i))
	}
	delivered := 0
	for n := 25; n > 0; n -= 4 {
		r := w.mustRun("dispatch", DispatchRequest{Limit: 4})
		if r.Delivered != min(n, 4) || r.More != (n > 4) {
			t.Fatalf("with %d left: %s", n, r.text)
		}
		delivered += r.Delivered
	}
	if delivered != 25 || len(w.list(eventPrefix)) != 0 {
		t.Errorf("%d delivered", delivered)
	}
}

func TestDispatchVisitsEveryBucket(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "main.email_service=", "enrol.buckets=16")
	buckets := map[string]bool{}
	for i := range 64 {
		w.now += 10
		w.claim(fmt.Sprintf("user%d", i), fmt.Sprintf("user%d@example.com", i))
	}
	for _, e := range w.list(outboxPrefix) {
		buckets[strings.Split(e.Key, "/")[1]] = true
	}
	w.now = startTime + 300
	r := w.mustRun("dispatch", DispatchRequest{Limit: 100})
	if r.Delivered != 30 || r.More || r.NextDue != startTime+310 || len(buckets) < 12 {
		t.Errorf("%d buckets: %s", len(buckets), r.text)
	}
	w.checkInvariants()
}

func TestPlaceThatLeadsNowhereIsCleanedUp(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "main.email_service=")
	w.claim("ada", "ada@example.com")
	w.remove(w.list(eventPrefix)[0].Key)
	if r := w.mustRun("dispatch", `{}`); r.counts() != "delivered 0 failed 0 dead 0 more false" || len(w.list(outboxPrefix)) != 0 {
		t.Errorf("got %s", r.text)
	}
}

func TestMessageWithoutAServiceAnyMore(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "signup.callback_service_list=")
	w.claim("ada", "ada@example.com")
	w.engine = New(configured(t, "main.email_service="), w.engine.keys)
	if r := w.mustRun("dispatch", `{}`); r.Failed != 1 || len(w.calls) != 0 {
		t.Errorf("got %s", r.text)
	}
	w.engine = New(configured(t, "main.email_service=", "main.smtp_conn=x"), w.engine.keys)
	w.now += minute
	if r := w.mustRun("dispatch", `{}`); r.Delivered != 1 || w.calls[0].Service != "enrol.smtp" {
		t.Errorf("got %s", r.text)
	}
}

// A callback service may have any name, that of our own destination too.
func TestCallbackServiceOfTheNameMessage(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "signup.callback_service_list=message", "signup.is_approval_needed=False")
	token := w.claim("ada", "ada@example.com")
	w.mustRun("dispatch", `{}`)
	names := strings.Split(w.called(), " ")
	slices.Sort(names)
	if !slices.Equal(names, []string{"mailer", "message"}) {
		t.Fatalf("called %q", names)
	}
	for _, call := range w.calls {
		var data struct {
			Token    string `json:"token"`
			Callback string `json:"sign_up_confirm_token"`
		}
		readBody(t, call, &data)
		if (data.Token == token) != (call.Service == "mailer") || (data.Callback == token) != (call.Service == "message") {
			t.Errorf("%s is sent %s", call.Service, call.Body)
		}
	}
}

// The clock is asked anew for each event, since calls take their time.
func TestDispatchAsksForTheTimePerEvent(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "signup.callback_service_list=a, b, c", "main.email_service=")
	w.claim("ada", "ada@example.com")
	w.answer = func(ServiceCall) (string, error) { w.now += 25_000; return "", nil }
	w.mustRun("dispatch", `{}`)
	for i, call := range w.calls {
		if want := fmt.Sprint(startTime/1000 + int64(i)*25); call.Headers.Timestamp != want {
			t.Errorf("call %d is signed for %s, want %s", i, call.Headers.Timestamp, want)
		}
	}
}

// A service that fails costs a run one call, however many events it has
// waiting; when it works again, all of them arrive.
func TestFailingDestinationIsLeftAloneForTheRun(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const n = 30
	for i := range n {
		name := fmt.Sprintf("user-%d", i)
		w.claim(name, name+"@example.com")
	}
	w.refuse("crm.created")
	w.mustRun("dispatch", `{"limit":100}`)
	calls := map[string]int{}
	for _, call := range w.calls {
		calls[call.Service]++
	}
	if calls["crm.created"] != 1 || calls["mailer"] != n {
		t.Errorf("calls: %v", calls)
	}
	w.answer, w.calls = nil, nil
	w.now += 10_000
	if r := w.mustRun("dispatch", `{"limit":100}`); r.Delivered != n {
		t.Errorf("afterwards: %s", r.text)
	}
	w.checkInvariants()
}

// The event of a void claim is leased and removed like any other.
func TestVoidEventHasTheCommitsOfAnother(t *testing.T) {
	t.Parallel()
	kinds := map[string]bool{}
	for _, taken := range []bool{false, true} {
		w := newWorld(t, "main.email_service=")
		if taken {
			w.claim("ADA", "other@example.com")
			w.drain()
		}
		w.claim("ada", "ada@example.com")
		w.mustRun("dispatch", `{}`)
		kinds[strings.ReplaceAll(w.kinds(), " call", "")] = true
	}
	if len(kinds) != 1 {
		t.Errorf("effects but for the call: %v", kinds)
	}
}
