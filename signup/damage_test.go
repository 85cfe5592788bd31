package signup

import (
	"fmt"
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/signup/internal/record"
	"github.com/enrol-sso/enrol/signup/signuptest"
)

// damages returns unreadable records of delivery of every kind, each with the
// destination whose events are waiting.
func damages(id string) map[string]kv.Put {
	event := strings.Repeat("0", 26)
	return map[string]kv.Put{
		"a place of an older version":       {Key: "outbox/00/1790000000000/" + event, Data: `{"v":1}`},
		"a key that is too short":           {Key: "outbox/00", Data: `{"v":1}`},
		"a key without a place":             {Key: "outbox/00/x", Data: `{"v":1}`},
		"no destination":                    {Key: "outbox/00/" + strings.ToUpper(id) + "/r/1790000000000/" + event, Data: `{"v":1}`},
		"no bucket":                         {Key: "outbox/zz/" + id + "/r/1790000000000/" + event, Data: `{"v":1}`},
		"an unknown state":                  {Key: "outbox/00/" + id + "/q/1790000000000/" + event, Data: `{"v":1}`},
		"no time":                           {Key: "outbox/00/" + id + "/r/x/" + event, Data: `{"v":1}`},
		"no event":                          {Key: "outbox/00/" + id + "/r/1790000000000/x", Data: `{"v":1}`},
		"a damaged place":                   {Key: "outbox/00/" + id + "/r/1790000000000/" + event, Data: `{`},
		"a newer place":                     {Key: "outbox/00/" + id + "/r/1790000000000/" + event, Data: `{"v":2}`},
		"a damaged health":                  {Key: record.HealthPrefix + id, Data: `{`},
		"a newer health":                    {Key: record.HealthPrefix + id, Data: `{"v":2}`},
		"a damaged health of a destination": {Key: record.HealthPrefix + record.DestinationID("nobody"), Data: `{`},
	}
}

// No unreadable record prevents the delivery of anything else, whether a host
// lists destinations first or dispatches one of them.
func TestNoDamageStopsDelivery(t *testing.T) {
	t.Parallel()
	id := record.DestinationID("crm.created")
	for what, bad := range damages(id) {
		for _, listed := range []bool{true, false} {
			w := newWorld(t, "signup.callback_service_list=crm.created")
			w.write(bad)
			w.claim("ada", "ada@example.com")
			w.claim("bob", "bob@example.com")
			request := DispatchRequest{}
			damage, delivered := "", 0
			if listed {
				r := w.mustRun("dispatch", DispatchRequest{ListOnly: true})
				damage = r.Damage
				if len(r.Destinations) != 2 {
					t.Errorf("%s: the list is %s", what, r.text)
				}
				for _, destination := range r.Destinations {
					request.Destination = destination.ID
					r := w.mustRun("dispatch", request)
					delivered += r.Delivered
					damage += r.Damage
				}
			} else {
				r := w.mustRun("dispatch", request)
				damage, delivered = r.Damage, r.Delivered
			}
			if delivered != 4 || len(w.calls) != 4 {
				t.Errorf("%s: %d of 4 are delivered", what, delivered)
			}
			kept := len(w.list(bad.Key)) == 1 && w.list(bad.Key)[0].Data == bad.Data
			named := strings.Contains(damage, bad.Key)
			switch {
			case strings.HasPrefix(what, "a place of an older"):
				if kept || damage != "" { // it leads nowhere
					t.Errorf("%s: kept: %t, damage: %q", what, kept, damage)
				}
			case what == "a damaged health of a destination":
				if !kept || damage != "" {
					t.Errorf("%s: kept: %t, damage: %q", what, kept, damage)
				}
			case !kept || !named:
				t.Errorf("%s: kept: %t, damage: %q", what, kept, damage)
			}
		}
	}
}

// A destination that is down gets few calls per run even if its health record
// is unreadable, and nothing is lost.
func TestDestinationThatIsDownWithAnUnreadableHealth(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "main.email_service=")
	w.write(kv.Put{Key: record.HealthPrefix + record.DestinationID("crm.created"), Data: `{"v":2}`})
	for n := range 10 {
		w.claim(fmt.Sprintf("user-%d", n), fmt.Sprintf("user-%d@example.com", n))
	}
	w.fail(CallDown, "crm.created")
	if r := w.mustRun("dispatch", DispatchRequest{Limit: 100}); r.Failed != 1 || r.Failed != len(r.Failures) || r.More || r.Damage == "" {
		t.Errorf("while it is down: %s", r.text)
	}
	if kept := w.list(record.HealthPrefix); len(kept) != 1 || kept[0].Data != `{"v":2}` {
		t.Errorf("the health that cannot be read is replaced: %+v", kept)
	}
	w.Services = nil
	w.pass(minute)
	if r := w.mustRun("dispatch", DispatchRequest{Limit: 100}); r.Delivered != 10 {
		t.Errorf("when it works again: %s", r.text)
	}
}

// A message does not wait for an unreadable predecessor.
func TestMessageAfterADamagedOneIsDelivered(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "signup.is_approval_needed=False", "signup.callback_service_list=")
	w.confirm(w.claim("ada", "ada@example.com"))
	for _, e := range w.list(record.EventPrefix) {
		if recordOf[record.Event](t, e).After == "" {
			w.write(kv.Put{Key: e.Key, Data: `{`})
		}
	}
	r := w.mustRun("dispatch", `{}`)
	if got := kindsOfMessages(t, w.calls); got != "welcome" || r.Damage == "" {
		t.Errorf("got %q: %s", got, r.text)
	}
}

// An effect that fails after a call loses neither the count nor the failure.
func TestFaultLosesNoFailureOfItsRun(t *testing.T) {
	t.Parallel()
	for _, kind := range []signuptest.Kind{signuptest.Get, signuptest.Commit} {
		w := newWorld(t, "main.email_service=")
		w.claim("ada", "ada@example.com")
		w.refuse("crm.created")
		w.before = func(_ int, e effect) error {
			if e.Kind == kind && len(w.calls) > 0 {
				return errOutside
			}
			return nil
		}
		r := w.mustRun("dispatch", `{}`)
		if r.Failed != 1 || len(r.Failures) != 1 || !strings.Contains(r.Damage, string(kind)) || !r.More {
			t.Errorf("%s fails: %s", kind, r.text)
		}
	}
}

// Events in places of an older version are moved and delivered, both by runs
// that list destinations and by runs that deliver to all.
func TestPlacesOfAnOlderVersionAreMoved(t *testing.T) {
	t.Parallel()
	for _, first := range []string{`{"limit":0}`, `{}`} {
		w := newWorld(t, "enrol.buckets=4")
		for n := range 3 {
			w.claim(fmt.Sprintf("user-%d", n), fmt.Sprintf("user-%d@example.com", n))
		}
		for _, e := range w.list(record.OutboxPrefix) {
			s, _ := record.ParseSlot(e.Key)
			w.remove(e.Key)
			w.write(kv.Put{Key: fmt.Sprintf("outbox/%02d/%013d/%s", s.Bucket, s.At, s.ID), Data: e.Data})
		}
		if r := w.mustRun("dispatch", first); r.Damage != "" || len(r.Destinations) != 2 && first != `{}` {
			t.Errorf("%s: %s", first, r.text)
		}
		w.checkInvariants()
		w.deliverFor(minute)
		if left := len(w.list(record.OutboxPrefix)); len(w.calls) != 6 || left != 0 {
			t.Errorf("%s: %d calls, %d places are left", first, len(w.calls), left)
		}
	}
}
