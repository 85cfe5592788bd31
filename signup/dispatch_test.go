package signup

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/signup/internal/record"
)

// refuse makes some services refuse; the others accept.
func (w *world) refuse(services ...string) {
	w.Services = func(call ServiceCall) (string, error) {
		if slices.Contains(services, call.Service) {
			return "", errors.New("503 Service Unavailable")
		}
		return "", nil
	}
}

// fail makes some services fail in one way; the others accept.
func (w *world) fail(kind CallFailure, services ...string) {
	w.Services = func(call ServiceCall) (string, error) {
		if slices.Contains(services, call.Service) {
			return "", &CallError{Kind: kind, Reason: "503 Service Unavailable"}
		}
		return "", nil
	}
}

func (r reply) counts() string {
	return fmt.Sprintf("delivered %d failed %d dead %d more %v", r.Delivered, r.Failed, r.Dead, r.More)
}

func TestDispatchDeliversTheEventsOfASignup(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	token := w.claim("Ada", "ada@example.com")
	w.pass(1)
	r := w.mustRun("dispatch", `{}`)
	if r.counts() != "delivered 2 failed 0 dead 0 more false" || r.NextDue != 0 {
		t.Errorf("got %s", r.text)
	}
	if len(w.list(record.EventPrefix)) != 0 || len(w.list(record.OutboxPrefix)) != 0 || len(w.list("dead/")) != 0 {
		t.Error("something is left")
	}
	id := strings.TrimPrefix(w.list(record.UserPrefix)[0].Key, record.UserPrefix)
	want := map[string]string{
		"crm.created": `{"sign_up_confirm_token":"` + token + `","user_id":"` + id + `","username":"Ada","email":"ada@example.com","current_app":"CRM","app_list":["CRM","Wiki"],` +
			`"display_name":null,"first_name":null,"middle_name":null,"last_name":null,"attrs":{},"sign_up_status":"before_confirmation","sign_up_time":"2026-09-21T14:13:20Z",` +
			`"approval_status":"before_decision","approval_status_mod_time":null,"approval_status_mod_by":null,"is_approval_needed":true,` +
			`"is_locked":false,"password_is_set":true,"password_last_set":"2026-09-21T14:13:20Z","password_must_change":false,"password_expiry":"2028-09-20T14:13:20Z"}}`,
		"mailer": `{"kind":"confirm","to":"ada@example.com","username":"Ada","token":"` + token + `","expires":"2026-09-22T14:13:20Z","reason":"","from":"confirm@example.com","cc":[],"bcc":[],"template":"sso-confirm.txt","site_name":"Example","current_app":"CRM"}}`,
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
		if r.counts() != "delivered 0 failed 1 dead 0 more false" || r.NextDue != w.Clock.Now()+seconds*1000 {
			t.Fatalf("try %d: %s at %d", try+1, r.text, w.Clock.Now())
		}
		event := recordOf[record.Event](t, w.list(record.EventPrefix)[0])
		if event.Tries != try+1 || event.Lease != "" || event.Reason != "503 Service Unavailable" {
			t.Errorf("try %d: the event is %+v", try+1, event)
		}
		w.checkInvariants()
		w.Clock.Set(r.NextDue - 1)
		if early := w.mustRun("dispatch", `{}`); early.Failed != 0 || early.NextDue != r.NextDue {
			t.Errorf("try %d: too early %s", try+1, early.text)
		}
		w.pass(1)
	}
	if r := w.mustRun("dispatch", `{}`); r.counts() != "delivered 0 failed 0 dead 1 more false" || r.NextDue != 0 {
		t.Errorf("the last try: %s", r.text)
	}
	dead := w.list("dead/")
	if len(dead) != 1 || len(w.list(record.EventPrefix)) != 0 || len(w.list(record.OutboxPrefix)) != 0 {
		t.Fatalf("dead are %v", dead)
	}
	letter := recordOf[record.Event](t, dead[0])
	if letter.Tries != 20 || letter.Reason == "" || dead[0].Key != fmt.Sprintf("dead/00/%d/%s", w.Clock.Now(), letter.ID) {
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
	w.Services = func(ServiceCall) (string, error) { return "", errors.New(strings.Repeat("é", 5000)) }
	w.mustRun("dispatch", `{}`)
	if reason := recordOf[record.Event](t, w.list(record.EventPrefix)[0]).Reason; reason != strings.Repeat("é", 200)+"…" {
		t.Errorf("the reason has %d bytes", len(reason))
	}
}

func TestOneDestinationDoesNotDelayAnother(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "signup.callback_service_list=a, b")
	w.claim("ada", "ada@example.com")
	w.refuse("a")
	if r := w.mustRun("dispatch", `{}`); r.counts() != "delivered 2 failed 1 dead 0 more false" {
		t.Errorf("got %s", r.text)
	}
	w.refuse("mailer")
	w.pass(minute)
	if r := w.mustRun("dispatch", `{}`); r.counts() != "delivered 1 failed 0 dead 0 more false" {
		t.Errorf("got %s", r.text)
	}
}

// kindsOfMessages returns the kinds of messages that the message service
// accepted or refused.
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

// A message of an account waits only while the previous one is being delivered.
func TestMessageWaitsWhileTheOneBeforeIsDelivered(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "signup.is_approval_needed=False", "signup.callback_service_list=")
	token := w.claim("ada", "ada@example.com")
	other := w.fork(2)
	w.Services = func(ServiceCall) (string, error) {
		if len(w.calls) > 1 {
			return "", nil
		}
		other.confirm(token)
		r := other.mustRun("dispatch", `{}`)
		if len(other.calls) != 0 || r.More || r.NextDue != w.Clock.Now()+60_000 || other.commits != 0 {
			t.Errorf("meanwhile another makes %d calls and %d commits: %s", len(other.calls), other.commits, r.text)
		}
		return "", nil
	}
	r := w.mustRun("dispatch", `{}`)
	if got := kindsOfMessages(t, w.calls); got != "confirm" || !r.More {
		// the welcome was written after the queue was read
		r = w.mustRun("dispatch", `{}`)
	}
	w.drainNow()
	if got := kindsOfMessages(t, w.calls); got != "confirm welcome" {
		t.Errorf("got %s, %s", got, r.text)
	}
}

// A token that is no longer needed is not sent.
func TestMessageOfAConfirmedClaimIsDropped(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "signup.is_approval_needed=False", "signup.callback_service_list=")
	token := w.claim("ada", "ada@example.com")
	w.refuse("mailer")
	w.mustRun("dispatch", `{}`)
	w.confirm(token)
	w.Services, w.calls = nil, nil
	w.pass(minute)
	r := w.mustRun("dispatch", `{}`)
	if got := kindsOfMessages(t, w.calls); got != "welcome" || r.Dropped != 1 || r.Delivered != 1 {
		t.Errorf("got %s: %s", got, r.text)
	}
	if n := len(w.list(record.EventPrefix)); n != 0 {
		t.Errorf("%d events are left", n)
	}
}

// Two dispatchers deliver the event and the slow one fails: it does not touch
// what the other is doing.
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
	if got := len(w.list(record.EventPrefix)) + len(w.list(record.OutboxPrefix)); got != 0 {
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
	if delivered != 25 || len(w.list(record.EventPrefix)) != 0 {
		t.Errorf("%d delivered", delivered)
	}
}

func TestDispatchVisitsEveryBucket(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "main.email_service=", "enrol.buckets=16")
	buckets := map[string]bool{}
	for i := range 64 {
		w.claim(fmt.Sprintf("user%d", i), fmt.Sprintf("user%d@example.com", i))
	}
	for _, e := range w.list(record.OutboxPrefix) {
		buckets[strings.Split(e.Key, "/")[1]] = true
	}
	r := w.mustRun("dispatch", DispatchRequest{Limit: 100})
	if r.Delivered != 64 || r.More || r.NextDue != 0 || len(buckets) < 12 {
		t.Errorf("%d buckets: %s", len(buckets), r.text)
	}
	w.checkInvariants()
}

// While as many events come as runs with a low limit deliver, those that wait must
// get their turn, whatever their bucket.
func TestEachBucketGetsItsTurn(t *testing.T) {
	t.Parallel()
	const early = 20
	w := newWorld(t, "main.email_service=", "enrol.buckets=16")
	for n := range 20 * early {
		w.claim(fmt.Sprint("user", n), fmt.Sprintf("user%d@example.com", n))
		if n >= early {
			w.mustRun("dispatch", `{"limit":1}`)
		}
	}
	for n := range early {
		name := fmt.Sprintf(`"username":"user%d"`, n)
		if !slices.ContainsFunc(w.calls, func(call ServiceCall) bool { return strings.Contains(call.Body, name) }) {
			t.Errorf("the event of user%d is still there after %d others were delivered", n, len(w.calls))
		}
	}
}

func TestPlaceWithoutAnEventIsRemoved(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "main.email_service=")
	w.claim("ada", "ada@example.com")
	w.remove(w.list(record.EventPrefix)[0].Key)
	if r := w.mustRun("dispatch", `{}`); r.counts() != "delivered 0 failed 0 dead 0 more false" || len(w.list(record.OutboxPrefix)) != 0 {
		t.Errorf("got %s", r.text)
	}
}

func TestMessageWhoseServiceWasRemoved(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "signup.callback_service_list=")
	w.claim("ada", "ada@example.com")
	w.engine = New(configured(t, "main.email_service="), w.engine.keys)
	if r := w.mustRun("dispatch", `{}`); r.Failed != 1 || len(w.calls) != 0 {
		t.Errorf("got %s", r.text)
	}
	w.engine = New(configured(t, "main.email_service=", "main.smtp_conn=x"), w.engine.keys)
	w.pass(minute)
	if r := w.mustRun("dispatch", `{}`); r.Delivered != 1 || w.calls[0].Service != "enrol.smtp" {
		t.Errorf("got %s", r.text)
	}
}

// A callback service may have any name, even the name of our own destination.
func TestCallbackServiceNamedMessage(t *testing.T) {
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

// The clock is read for each event, because calls take time.
func TestDispatchReadsTheClockPerEvent(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "signup.callback_service_list=a, b, c", "main.email_service=")
	w.claim("ada", "ada@example.com")
	w.Services = func(ServiceCall) (string, error) { w.pass(25_000); return "", nil }
	w.mustRun("dispatch", `{}`)
	for i, call := range w.calls {
		if want := fmt.Sprint(startTime/1000 + int64(i)*25); call.Headers.Timestamp != want {
			t.Errorf("call %d is signed for %s, want %s", i, call.Headers.Timestamp, want)
		}
	}
}

// A failing service costs a run one call, however many events wait for it. When
// it works again, all of them arrive.
func TestFailingDestinationIsLeftAloneForTheRun(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const n = 30
	for i := range n {
		name := fmt.Sprintf("user-%d", i)
		w.claim(name, name+"@example.com")
	}
	w.fail(CallDown, "crm.created")
	w.mustRun("dispatch", `{"limit":100}`)
	calls := map[string]int{}
	for _, call := range w.calls {
		calls[call.Service]++
	}
	if calls["crm.created"] != 2 || calls["mailer"] != n { // the second one finds out whether the first event alone is at fault
		t.Errorf("calls: %v", calls)
	}
	w.Services, w.calls = nil, nil
	w.pass(10_000)
	if r := w.mustRun("dispatch", `{"limit":100}`); r.Delivered != n {
		t.Errorf("afterwards: %s", r.text)
	}
	w.checkInvariants()
}

// The event of a void claim is leased and removed like any other.
func TestVoidEventHasTheSameCommits(t *testing.T) {
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
