package host

import (
	"context"
	"errors"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/enrol-sso/enrol/signup"
)

// A call that fails after another courier delivered its event is in the log too.
func TestLogOfAFailedDeliveryWhoseEventIsGone(t *testing.T) {
	modes(t, func(t *testing.T, native bool) {
		clock := newClock()
		var i *installation
		calls := 0
		i = start(t, native, func(o *Options) {
			o.Conf = mailConf()
			o.Services = map[string]Service{"mail": func(ctx context.Context, _ signup.ServiceCall) (string, error) {
				if calls++; calls > 1 {
					return "", nil
				}
				clock.advance(time.Minute) // its lease ends
				if _, err := i.Dispatch(ctx, signup.DispatchRequest{}); err != nil {
					t.Error(err)
				}
				return "", ServiceDown("the service took too long", 0)
			}}
		})
		i.clock = clock.now
		i.signUp(t, ada())
		newCourier(i.Enrol).round()
		want := `level=WARN msg="a delivery failed, but its event is settled" event=[0-9A-Z]{26} kind=confirm service=mail failure=down reason="the service took too long" tries=1\n`
		if log := i.log.String(); calls != 2 || !regexp.MustCompile(want).MatchString(log) {
			t.Errorf("after %d calls, no line is like\n%s\nin the log\n%s", calls, want, log)
		}
	})
}

// The log identifies each failed delivery for an operator, and contains nothing
// about the user, whatever the service quotes.
func TestLogOfFailedDeliveries(t *testing.T) {
	modes(t, func(t *testing.T, native bool) {
		const url = nobodyListens
		var box inbox
		token := signup.Secret("")
		box.answer = func(call signup.ServiceCall) (string, error) {
			switch {
			case call.Service == "mail":
				return "", errors.New("550 <Ada@Example.com>: no mailbox of GRACE.HOPPER with " + string(token))
			case strings.Contains(call.Body, `"Lovelace"`):
				return "", ServiceFinal(`{"error":"no \u0022grace.hopper\u0022 or lovelace","at":"/users/ada%40example.com?t=` + string(token) + `"}`)
			}
			return "", nil
		}
		clock := newClock()
		i := start(t, native, func(o *Options) {
			o.Conf = mailConf(url, "crm.created")
			o.Services = map[string]Service{"mail": box.serve, "crm.created": box.serve}
		})
		i.clock = clock.now
		request := person("grace.hopper", "Ada@Example.com")
		request.LastName = "Lovelace"
		token = i.signUp(t, request)
		c := newCourier(i.Enrol)
		c.round()
		clock.advance(time.Minute)
		c.round()
		log := i.log.String()
		for _, want := range []string{
			`level=WARN msg="a delivery failed and will be tried again" event=[0-9A-Z]{26} kind=confirm service=mail failure=refused reason="550 <\[redacted\]>: no mailbox of \[redacted\] with \[redacted\]" tries=1 next_due=2\S+Z\n`,
			`level=WARN msg="a delivery failed and will be tried again" event=[0-9A-Z]{26} kind=confirm service=mail failure=refused reason=".*" tries=2 next_due=2\S+Z\n`,
			`level=WARN msg="a delivery failed and will be tried again" event=[0-9A-Z]{26} kind=callback service=http://127.0.0.1:1 failure=down reason="the service cannot be reached: .*connection refused" tries=2 next_due=2\S+Z\n`,
			`level=ERROR msg="a delivery was given up" event=[0-9A-Z]{26} kind=callback service=crm.created failure=final reason=".*\[redacted\].*" tries=1\n`,
		} {
			if !regexp.MustCompile(want).MatchString(log) {
				t.Errorf("no line is like\n%s\nin the log\n%s", want, log)
			}
		}
		if n := strings.Count(log, "\n"); n != 5 {
			t.Errorf("the log has %d lines\n%s", n, log)
		}
		log = regexp.MustCompile(`event=\S+`).ReplaceAllString(log, "") // whose letters may be any
		for _, secret := range []string{"ada", "example.com", "hopper", "lovelace", string(token), urlSecret, "/hook", "@"} {
			if strings.Contains(strings.ToLower(log), strings.ToLower(secret)) {
				t.Errorf("%q is in the log\n%s", secret, log)
			}
		}
	})
}
