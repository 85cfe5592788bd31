package host

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/signup"
)

// TestSecretsAreInNoOutput runs operations that succeed and fail in all
// ways, and searches all output for secrets.
func TestSecretsAreInNoOutput(t *testing.T) {
	modes(t, func(t *testing.T, native bool) {
		hook := serveEndpoint(t, func(w http.ResponseWriter, r *http.Request) { moved(w, "http://[::1"+r.URL.String()) })
		rules := &inbox{}
		log := &lockedBuffer{}
		trailPath := filepath.Join(t.TempDir(), "audit.jsonl")
		file := openAudit(t, trailPath)
		clock := newClock()
		i := start(t, native, func(o *Options) {
			o.Conf = confWith("signup", "callback_service_list="+hook.url(), "inform_if_user_exists=True") + "[user_validation]\nservice=rules\n"
			o.Services = map[string]Service{"rules": rules.serve}
			o.Audit = file
			o.Logger = slog.New(slog.NewJSONHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug}))
		})
		i.clock = clock.now
		var out strings.Builder
		note := func(answer any, err error) {
			fmt.Fprintf(&out, "%v %+v %#v %v\n", answer, answer, answer, err)
			if err != nil {
				fmt.Fprintf(&out, "%+v %#v\n", err, err)
			}
		}
		rules.answer = func(signup.ServiceCall) (string, error) { return `{"is_valid":true}`, nil }
		token := i.signUp(t, ada())
		note(i.Signup(t.Context(), ada()))
		courier := newCourier(i.Enrol)
		for range 25 {
			courier.round()
			clock.advance(signup.MaxCallSeconds * 100_000_000_000)
		}
		for _, answer := range []func(signup.ServiceCall) (string, error){
			func(call signup.ServiceCall) (string, error) { panic(call.Body) },
			func(call signup.ServiceCall) (string, error) { return call.Body, nil },
			func(call signup.ServiceCall) (string, error) { return call.Body + call.Body, nil },
			func(call signup.ServiceCall) (string, error) { return "", errors.New("closed") },
		} {
			rules.answer = answer
			note(i.Signup(t.Context(), person("bob", "ada@example.com")))
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		note(i.Signup(ctx, ada()))
		bad := ada()
		bad.Password = "corr"
		note(i.Signup(t.Context(), bad))
		note(i.Confirm(t.Context(), signup.ConfirmRequest{ConfirmToken: token + "x"}))
		note(i.Validate(t.Context(), ada()))
		note(nil, refusedStart(t, native, func(o *Options) { o.SecretKey = testKey + "=x" }))
		note(nil, refusedStart(t, native, func(o *Options) { o.SecretKey = "k1:" + testKey }))
		fmt.Fprintf(&out, "%v %+v", i.options.SecretKey, i.webhookSecrets(t, "rules"))

		stored, err := i.store.Scan(t.Context(), "", "", 1000)
		if err != nil || len(stored) < 5 {
			t.Fatalf("%d entries, %v", len(stored), err)
		}
		key, _ := base64.RawURLEncoding.DecodeString(testKey[3:])
		secrets := map[string]string{
			"the password": testPassword,
			"the token":    string(token),
			"the address":  "ada@example.com",
			"the key":      testKey[3:],
			"raw key":      string(key),
			"the webhook":  string(i.webhookSecrets(t, "rules")[0])[len("whsec_"):],
		}
		outside := map[string]string{
			"the log":     log.String(),
			"the trail":   content(t, trailPath),
			"the store":   fmt.Sprint(stored),
			"the answers": out.String(),
		}
		for name, secret := range secrets {
			for where, text := range outside {
				if strings.Contains(text, secret) {
					t.Errorf("%s is in %s", name, where)
				}
			}
		}
		// Only the store contains the URL of the endpoint.
		for _, where := range []string{"the log", "the trail", "the answers"} {
			if strings.Contains(outside[where], urlSecret) {
				t.Errorf("the URL's secret is in %s", where)
			}
		}
		for where, text := range outside {
			if len(text) < 100 {
				t.Errorf("%s is not what the test is about: %q", where, text)
			}
		}
		if len(hook.all()) < 5 {
			t.Errorf("the endpoint was called %d times", len(hook.all()))
		}
	})
}
