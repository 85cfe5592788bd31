package signup

import (
	"cmp"
	"fmt"
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/signup/internal/record"
)

const day = 24 * 60 * minute

const hour = 60 * minute

// claimFrom signs somebody up from a client address, "" if it is unknown.
func (w *world) claimFrom(from, username, email string) string {
	w.t.Helper()
	request := ask(username, email)
	request.RemoteAddr = nil
	if from != "" {
		request.RemoteAddr = []string{from}
	}
	return w.mustRun("signup", request).ConfirmToken
}

// deliverFor dispatches whenever something is due, for ms milliseconds.
func (w *world) deliverFor(ms int64) {
	w.t.Helper()
	for end := w.Clock.Now() + ms; ; {
		r := w.mustRun("dispatch", `{"limit":100}`)
		switch {
		case r.More:
		case r.NextDue == 0 || r.NextDue > end:
			w.Clock.Set(end)
			return
		default:
			w.Clock.Set(max(w.Clock.Now()+1, r.NextDue))
		}
	}
}

// limits are the limits of messages in the recommended file.
var limits = []string{"enrol.message_daily_cap=20", "enrol.message_cooldown=5", "signup.callback_service_list=", "enrol.resend_cooldown=60"}

// reaches reports whether a token was sent.
func (w *world) reaches(token string) bool {
	for _, sent := range w.tokensSent() {
		if sent == token {
			return true
		}
	}
	return false
}

// However many signups there are for one address, its owner's own message
// arrives within the hour, the address gets no more than its cap, everybody
// else's mail is in time, and afterwards nothing is left.
func TestFloodOfSignupsForOneAddress(t *testing.T) {
	t.Parallel()
	const n = 700
	floods := map[string]func(i int) string{
		"from one client":     func(int) string { return "198.51.100.9" },
		"from nobody knows":   func(int) string { return "" },
		"from many clients":   func(i int) string { return fmt.Sprintf("10.0.%d.%d", i/250, i%250) },
		"from many addresses": func(i int) string { return fmt.Sprintf("2001:db8:7:%x::1", i) },
	}
	owners := map[string]func(i int) string{
		"from one client": func(int) string { return "198.51.100.9" },
		"from elsewhere":  func(int) string { return "192.0.2.1" },
	}
	for name, flood := range floods {
		for whence, owner := range owners {
			t.Run(name+", owner "+whence, func(t *testing.T) {
				t.Parallel()
				w := newWorld(t, limits...)
				w.Clock.Set(w.Clock.Now()/day*day + hour)
				for i := range n {
					w.claimFrom(flood(i), fmt.Sprintf("mallory-%d", i), "victim@example.com")
					w.pass(10)
				}
				for i := range 20 {
					w.claimFrom("192.0.2.50", fmt.Sprintf("other-%d", i), fmt.Sprintf("other-%d@example.com", i))
				}
				commits := 0
				for more := true; more; {
					r := w.mustRun("dispatch", `{"limit":100}`)
					commits += w.commits
					more = r.More
				}
				if sent := len(w.tokensSent()); sent < 21 || commits > n+400 {
					t.Errorf("%d messages went, with %d commits", sent, commits)
				}
				w.pass(10 * minute)
				token := w.claimFrom(owner(0), "victim", "victim@example.com")
				w.deliverFor(hour)
				if !w.reaches(token) {
					t.Error("the owner's message did not reach them within the hour")
				}
				w.checkInvariants()
				commits = 0
				for hours := range 48 {
					w.mustRun("dispatch", `{"limit":100}`)
					commits += w.commits
					w.pass(hour)
					if hours == 22 && len(w.tokensSent()) > 20+20 {
						t.Errorf("%d messages went to the address in a day", len(w.tokensSent())-20)
					}
				}
				if commits > 120 {
					t.Errorf("%d commits in the two days afterwards", commits)
				}
				w.pass(day)
				w.purgeAll()
				for _, prefix := range []string{record.SentPrefix, record.EventPrefix, record.OutboxPrefix, record.HealthPrefix, record.UserPrefix} {
					if left := len(w.list(prefix)); left != 0 {
						t.Errorf("%d of %s are left", left, prefix)
					}
				}
			})
		}
	}
}

// One client that repeatedly signs up with an address, within the limits, does
// not keep the owner's own message away: at any time, by a signup or a resend.
func TestPersistentClientDoesNotUseTheOwnersPart(t *testing.T) {
	t.Parallel()
	for _, hours := range []int64{1, 3, 8, 16} {
		w := newWorld(t, limits...)
		w.Clock.Set(w.Clock.Now() / day * day)
		begin := w.Clock.Now()
		for i := range hours * 20 {
			w.claimFrom("198.51.100.9", fmt.Sprintf("mallory-%d", i), "victim@example.com")
			w.deliverFor(3 * minute)
		}
		token := w.claimFrom("192.0.2.1", "victim", "victim@example.com")
		for i := range int64(20) { // and continues
			w.claimFrom("198.51.100.9", fmt.Sprintf("later-%d", i), "victim@example.com")
			w.deliverFor(3 * minute)
		}
		if !w.reaches(token) {
			t.Errorf("after %d hours, the owner's signup does not reach them within the hour", hours)
		}
		sent := len(w.tokensSent())
		request := ResendRequest{Username: "victim", Email: "victim@example.com", RemoteAddr: []string{"192.0.2.1"}}
		w.mustRun("resend", request)
		w.deliverFor(hour)
		if len(w.tokensSent()) == sent {
			t.Errorf("after %d hours, the owner's resend does not reach them within the hour", hours)
		}
		w.deliverFor(begin + day - 1 - w.Clock.Now())
		if sent := len(w.tokensSent()); sent > 18 {
			t.Errorf("%d messages went in a day, and the welcome has no place any more", sent)
		}
	}
}

// Several clients that repeatedly sign up with an address do not keep the
// owner's own message away either.
func TestPersistentClientsDoNotUseTheOwnersPart(t *testing.T) {
	t.Parallel()
	for _, clients := range []int{2, 3, 20} {
		for _, hours := range []int{1, 6, 16} {
			w := newWorld(t, limits...)
			w.Derive = func(params KDFParams, _, _ []byte) ([]byte, error) { return make([]byte, params.Length), nil }
			w.Clock.Set(w.Clock.Now() / day * day)
			begin := w.Clock.Now()
			round := func(n int) {
				for c := range clients {
					w.claimFrom(fmt.Sprintf("2001:db8:%x::1", c), fmt.Sprintf("mallory-%d-%d", n, c), "victim@example.com")
				}
				w.deliverFor(3 * minute)
			}
			for n := range hours * 20 {
				round(n)
			}
			token := w.claimFrom("192.0.2.1", "victim", "victim@example.com")
			for n := range 20 {
				round(1_000 + n)
			}
			if !w.reaches(token) {
				t.Errorf("%d clients, after %d hours: the owner's signup does not reach them within the hour", clients, hours)
			}
			if clients <= 3 {
				sent := len(w.tokensSent())
				w.mustRun("resend", ResendRequest{Username: "victim", Email: "victim@example.com", RemoteAddr: []string{"192.0.2.1"}})
				w.deliverFor(hour)
				if len(w.tokensSent()) == sent {
					t.Errorf("%d clients, after %d hours: the owner's resend does not reach them within the hour", clients, hours)
				}
			}
			w.deliverFor(begin + day - 1 - w.Clock.Now())
			if sent := len(w.tokensSent()); sent > 18 {
				t.Errorf("%d clients: %d messages went in a day", clients, sent)
			}
		}
	}
}

// Signups cannot use up the part of the cap that is for messages about an
// account.
func TestWelcomeHasAPartOfTheCap(t *testing.T) {
	t.Parallel()
	w := newWorld(t, append(limits, "signup.is_approval_needed=False", "enrol.message_daily_cap=4")...)
	w.Clock.Set(w.Clock.Now() / day * day)
	token := w.claimFrom("192.0.2.1", "victim", "victim@example.com")
	for i := range 200 {
		w.claimFrom(fmt.Sprintf("10.1.%d.1", i), fmt.Sprintf("mallory-%d", i), "victim@example.com")
		w.claimFrom("10.2.0.1", fmt.Sprintf("again-%d", i), "victim@example.com")
		w.deliverFor(6 * minute)
	}
	w.deliverFor(3 * hour)
	w.confirm(token)
	w.calls = nil
	w.mustRun("dispatch", `{"limit":100}`)
	if got := kindsOfMessages(t, w.calls); got != "welcome" {
		t.Errorf("after the confirmation went %q", got)
	}
}

func TestCapOfMessagesHoldsForADay(t *testing.T) {
	t.Parallel()
	for _, most := range []int{1, 2, 3, 5, 20} {
		w := newWorld(t, fmt.Sprintf("enrol.message_daily_cap=%d", most), "enrol.message_cooldown=0", "signup.callback_service_list=")
		w.Clock.Set(w.Clock.Now() / day * day)
		for i := range 60 {
			w.claimFrom(fmt.Sprintf("10.1.%d.1", i), fmt.Sprintf("mallory-%d", i), "victim@example.com")
			w.claimFrom("10.2.0.1", fmt.Sprintf("again-%d", i), "victim@example.com")
			w.deliverFor(20 * minute)
		}
		w.deliverFor(4*hour - 1)
		if sent := len(w.calls); sent > most || sent == 0 {
			t.Errorf("of a cap of %d, %d messages went", most, sent)
		}
		before := len(w.calls)
		w.pass(1)
		w.deliverFor(hour)
		if len(w.calls) == before {
			t.Errorf("with a cap of %d, no message went after midnight", most)
		}
		if sent := len(w.calls); sent > 2*most || w.Clock.Now() >= w.Clock.Now()/day*day+2*hour {
			t.Errorf("with a cap of %d, %d messages went within a day and an hour", most, sent)
		}
	}
}

// However many messages about accounts went, the others together with them are
// at most the cap.
func TestMessagesAboutAccountsCountForTheCap(t *testing.T) {
	t.Parallel()
	for most := 1; most <= 30; most++ {
		s := testEngine(t, fmt.Sprintf("enrol.message_daily_cap=%d", most), "enrol.message_cooldown=0").allotment()
		for own := range most + 1 {
			m := &mailbox{}
			m.Own = own
			for now := 20_000 * day; now < 20_001*day; now += 10 * minute {
				stranger, again := &record.Client{Since: now}, &record.Client{Since: now - 2*hour}
				for _, c := range []*record.Client{stranger, again} {
					if m.earliest(c, s, now) <= now {
						m.count(c, now)
					}
				}
			}
			if m.N+m.Own > most {
				t.Errorf("with a cap of %d and %d messages about accounts, %d others went", most, own, m.N)
			}
			if own == 0 && m.N == 0 {
				t.Errorf("with a cap of %d, no message went", most)
			}
		}
	}
}

// Cooldowns are in seconds: the second message is sent when they are over.
func TestCooldownOfMessagesIsInSeconds(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "enrol.message_cooldown=60", "signup.callback_service_list=")
	w.claimFrom("192.0.2.1", "ada", "same@example.com")
	w.claimFrom("192.0.2.2", "bob", "Same@EXAMPLE.com")
	for after, want := range []int{1, 1, 2} {
		w.pass([]int64{0, minute - 1, 1}[after])
		w.mustRun("dispatch", `{}`)
		if got := len(w.tokensSent()); got != want {
			t.Errorf("%d messages went, want %d", got, want)
		}
	}
}

// A clock that was ahead when the last message was sent delays no message.
func TestCooldownOfMessagesSurvivesAClockThatWasAhead(t *testing.T) {
	t.Parallel()
	for _, ahead := range []int64{minute, hour, 23 * hour, 400 * day} {
		w := newWorld(t, "enrol.message_cooldown=5", "enrol.message_daily_cap=20", "signup.callback_service_list=")
		w.pass(ahead)
		w.claimFrom("192.0.2.1", "ada", "same@example.com")
		w.mustRun("dispatch", `{}`)
		w.pass(-ahead)
		w.claimFrom("192.0.2.2", "bob", "same@example.com")
		w.mustRun("dispatch", `{}`)
		if got := len(w.tokensSent()); got != 2 {
			t.Errorf("the clock was %d ms ahead: %d messages went", ahead, got)
		}
	}
}

// A message whose service fails is counted once, however often it is tried.
func TestFailedMessageIsCountedOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "enrol.message_daily_cap=3", "signup.callback_service_list=")
	w.refuse("mailer")
	w.claim("ada", "ada@example.com")
	for range 5 {
		w.mustRun("dispatch", `{}`)
		w.pass(10 * minute)
	}
	if got := recordOf[record.Mailbox](t, w.list(record.SentPrefix)[0]).N; got != 1 || len(w.calls) != 5 {
		t.Errorf("counted are %d messages after %d calls, want 1 after 5", got, len(w.calls))
	}
}

// The unsent message of an older claim is replaced by the message of a newer claim.
func TestNewerMessageReplacesAnUnsentOne(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "enrol.message_cooldown=60", "signup.callback_service_list=")
	first := w.claimFrom("192.0.2.1", "ada", "ada@example.com")
	w.mustRun("dispatch", `{}`)
	w.pass(1000)
	second := w.claimFrom("192.0.2.1", "ada2", "ada@example.com")
	w.mustRun("dispatch", `{}`)
	w.pass(1000)
	third := w.claimFrom("192.0.2.1", "ada3", "ada@example.com")
	if r := w.mustRun("dispatch", `{}`); r.Dropped != 1 || len(w.list(record.EventPrefix)) != 1 {
		t.Errorf("%s, and %d events", r.text, len(w.list(record.EventPrefix)))
	}
	w.deliverFor(10 * minute)
	if got, want := strings.Join(w.tokensSent(), " "), first+" "+third; got != want || w.reaches(second) {
		t.Errorf("sent were %s, want %s", got, want)
	}
}

// A token that expired while its message waited is not sent.
func TestExpiredMessageIsDropped(t *testing.T) {
	t.Parallel()
	for _, kind := range []CallFailure{CallDown, CallRefused} {
		w := newWorld(t, "signup.callback_service_list=")
		w.claim("ada", "ada@example.com")
		w.fail(kind, "mailer")
		w.mustRun("dispatch", `{}`)
		w.Services, w.calls = nil, nil
		w.pass(day + 12*minute)
		r := w.mustRun("dispatch", `{}`)
		if len(w.calls) != 0 || r.Expired != 1 || len(w.list(record.EventPrefix)) != 0 {
			t.Errorf("%s: %d calls, %s", kind, len(w.calls), r.text)
		}
	}
}

// A resend extends the claim, but not the messages before it.
func TestMessageThatExpiredBeforeAResendIsCountedAsExpired(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "signup.callback_service_list=", "enrol.message_daily_cap=0", "enrol.message_cooldown=0")
	w.claim("ada", "ada@example.com")
	w.fail(CallDown, "mailer")
	w.mustRun("dispatch", `{}`)
	w.Services, w.calls = nil, nil
	w.pass(day - 6*minute)
	w.mustRun("resend", ResendRequest{Username: "ada", Email: "ada@example.com"})
	w.pass(12 * minute)
	if r := w.mustRun("dispatch", `{}`); r.Expired != 1 || r.Dropped != 0 {
		t.Errorf("the dispatch answers %s", r.text)
	}
}

// A message says when its token expires, and the token is valid until then.
func TestMessagesSayWhenTheirTokensExpire(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "signup.callback_service_list=", "signup.is_approval_needed=False")
	token := w.claim("ada", "ada@example.com")
	w.drainNow()
	w.pass(day - 6*minute)
	w.mustRun("resend", ResendRequest{Username: "ada", Email: "ada@example.com"})
	w.drainNow()
	w.confirm(token)
	w.claim("eve", "ada@example.com")
	w.drainNow()
	var got []string
	for _, call := range w.calls {
		var data messageData
		readBody(t, call, &data)
		got = append(got, data.Kind+" "+cmp.Or(data.Expires, "null"))
	}
	want := "confirm 2026-09-22T14:13:20Z, confirm_resent 2026-09-23T14:07:20Z, welcome null, email_taken null"
	if strings.Join(got, ", ") != want {
		t.Errorf("got %s, want %s", strings.Join(got, ", "), want)
	}
}
