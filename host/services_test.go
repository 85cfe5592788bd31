package host

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/enrol-sso/enrol/kv/memory"
	"github.com/enrol-sso/enrol/signup"
)

func TestMissingServiceIsAnErrorAtTheStart(t *testing.T) {
	modes(t, func(t *testing.T, native bool) {
		for conf, name := range map[string]string{
			"[user_validation]\nservice=rules, zato.sso.signup.validate\n": "rules",
			"[signup]\ncallback_service_list=crm.created, other\n":         "other",
			"[main]\nemail_service=mailer\n":                               "mailer",
			"[main]\nsmtp_conn=mail\n":                                     "enrol.smtp",
		} {
			crm := map[string]Service{"crm.created": answerService("")}
			_, err := New(t.Context(), Options{Conf: conf, SecretKey: testKey, Store: memory.New(), Audit: &trail{}, Native: native, Module: []byte("unread"), Services: crm})
			if err == nil || !strings.Contains(err.Error(), `"`+name+`"`) || strings.Contains(err.Error(), "\n") {
				t.Errorf("%q: %v", conf, err)
				continue
			}
			// The line that the error recommends makes the file valid.
			line := regexp.MustCompile(`a line such as (.*)$`).FindStringSubmatch(err.Error())
			if line == nil || !strings.Contains(err.Error(), "[enrol_services]") {
				t.Fatalf("%q: %v", conf, err)
			}
			_, err = New(t.Context(), Options{Conf: conf + "[enrol_services]\n" + line[1], SecretKey: testKey, Store: memory.New(), Audit: &trail{}, Native: native, Module: []byte("unread"), Services: crm})
			if err != nil && strings.Contains(err.Error(), "does not provide") {
				t.Errorf("%q with %s: %v", conf, line[1], err)
			}
		}
	})
}

// A service with a URL is called there, and signatures use the secret of its
// name.
func TestServiceWithAURLIsCalledThere(t *testing.T) {
	modes(t, func(t *testing.T, native bool) {
		received := make(chan *http.Request, 1)
		endpoint := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			received <- r
			io.WriteString(w, `{"is_valid":false,"sub_status":"E777777"}`)
		}))
		t.Cleanup(endpoint.Close)
		i := start(t, native, func(o *Options) {
			o.Conf = rulesConf + "[enrol_services]\nrules=" + endpoint.URL + "/check\n"
		})
		answer, err := i.Signup(t.Context(), ada())
		if err != nil || !slices.Equal(answer.SubStatus, []signup.Code{"E777777"}) {
			t.Errorf("%+v, %v", answer, err)
		}
		if r := <-received; r.URL.Path != "/check" || r.Header.Get("Webhook-Signature") == "" {
			t.Errorf("received %+v", r)
		}
		if byName, byURL := i.webhookSecrets(t, "rules"), i.webhookSecrets(t, endpoint.URL+"/check"); !slices.Equal(byName, byURL) {
			t.Error("the secrets of a name and of its URL differ")
		}
	})
}

// webhookSecrets returns the secrets of a service that is called.
func (i *installation) webhookSecrets(t *testing.T, service string) []signup.Secret {
	t.Helper()
	secrets, err := i.WebhookSecrets(service)
	if err != nil {
		t.Fatal(err)
	}
	return secrets
}

func TestWebhookSecretsOfOtherTextsAreRefused(t *testing.T) {
	modes(t, func(t *testing.T, native bool) {
		hook := "https://hooks.example.com/p4th/enrol"
		i := start(t, native, func(o *Options) {
			o.Conf = confWith("signup", "callback_service_list="+hook) + "[user_validation]\nservice=rules\n"
			o.Services = map[string]Service{"rules": answerService(`{"is_valid":true}`), "unused": answerService("")}
		})
		for _, service := range []string{"rules", hook} {
			if secrets := i.webhookSecrets(t, service); len(secrets) != 1 {
				t.Errorf("%s has %d secrets", service, len(secrets))
			}
		}
		for _, service := range []string{"", "rule", "Rules", " rules", "unused", hook + "/", "http" + hook[len("https"):], "https://hooks.example.com/other-p4th"} {
			secrets, err := i.WebhookSecrets(service)
			if err == nil || secrets != nil {
				t.Errorf("%q is accepted", service)
			} else if text := err.Error(); strings.Contains(text, "p4th") || !strings.Contains(text, "exact spelling") {
				t.Errorf("%q: %s", service, text)
			}
		}
	})
}

func answerService(answer string) Service {
	return func(context.Context, signup.ServiceCall) (string, error) { return answer, nil }
}

const rulesConf = testConf + "[user_validation]\nservice=zato.sso.signup.validate, rules\n"

// validated signs up with a validation service.
func validated(t *testing.T, native bool, rules Service) (*installation, signup.SignupResponse, error) {
	t.Helper()
	i := start(t, native, func(o *Options) {
		o.Conf = rulesConf
		o.Services = map[string]Service{"rules": rules}
		o.Timeout = 20 * time.Second
	})
	answer, err := i.Signup(t.Context(), ada())
	return i, answer, err
}

func TestValidationServicesDecide(t *testing.T) {
	modes(t, func(t *testing.T, native bool) {
		var call signup.ServiceCall
		_, answer, err := validated(t, native, func(ctx context.Context, c signup.ServiceCall) (string, error) {
			call = c
			if _, ok := ctx.Deadline(); !ok {
				t.Error("the context never ends")
			}
			return `{"is_valid":true}`, nil
		})
		if err != nil || !answer.OK() {
			t.Errorf("%+v, %v", answer, err)
		}
		if call.Service != "rules" || call.Headers.ID == "" || !strings.Contains(call.Body, `"username":"ada"`) {
			t.Errorf("%+v", call)
		}
		_, answer, err = validated(t, native, answerService(`{"is_valid":false,"sub_status":["E001001","E777777"]}`))
		if err != nil || answer.OK() || !slices.Equal(answer.SubStatus, []signup.Code{"E777777", signup.NotAllowed}) {
			t.Errorf("%+v, %v", answer, err)
		}
	})
}

func TestServicesThatFailAreFaults(t *testing.T) {
	modes(t, func(t *testing.T, native bool) {
		for name, c := range map[string]struct {
			rules Service
			want  string
		}{
			"an error":      {func(context.Context, signup.ServiceCall) (string, error) { return "", errors.New("no room") }, "no room"},
			"a panic":       {func(context.Context, signup.ServiceCall) (string, error) { panic(testPassword) }, "the service panicked"},
			"nothing":       {answerService(""), "not a JSON object"},
			"no verdict":    {answerService("{}"), "is_valid"},
			"no text":       {answerService("{\"is_valid\":true,\"note\":\"\xff\"}"), "not a JSON object"},
			"too much":      {answerService(`{"is_valid":true,"note":"` + strings.Repeat("a", 64<<10) + `"}`), "more than 65536 bytes"},
			"far too much":  {answerService(`{"is_valid":true,"note":"` + strings.Repeat("a", 5<<20) + `"}`), "more than 65536 bytes"},
			"another's":     {answerService(`{"is_valid":"yes"}`), "is_valid"},
			"no such codes": {answerService(`{"is_valid":false,"sub_status":"no"}`), "sub_status"},
		} {
			i, _, err := validated(t, native, c.rules)
			var fault *signup.Error
			if !errors.As(err, &fault) || fault.Code != signup.Busy || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), testPassword) {
				t.Errorf("%s: %v", name, err)
			}
			if response, _ := i.Run(t.Context(), "get", []byte(`{"username":"ada"}`)); !slices.Equal(response.SubStatus, []signup.Code{signup.UserIDInvalid}) {
				t.Errorf("%s, afterwards: %+v", name, response)
			}
		}
	})
}

// inbox is a service that records its calls, and answers as the test sets.
type inbox struct {
	mu     sync.Mutex
	calls  []signup.ServiceCall
	answer func(call signup.ServiceCall) (string, error)
}

func (b *inbox) serve(_ context.Context, call signup.ServiceCall) (string, error) {
	b.mu.Lock()
	b.calls = append(b.calls, call)
	answer := b.answer
	b.mu.Unlock()
	if answer == nil {
		return "", nil
	}
	return answer(call)
}

func (b *inbox) all() []signup.ServiceCall {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.calls)
}

// TestAnswersOfCallbacksAreIgnored uses answers that would break the core.
func TestAnswersOfCallbacksAreIgnored(t *testing.T) {
	modes(t, func(t *testing.T, native bool) {
		for _, answer := range []string{"", "thanks", "\xff\xfe", "null", strings.Repeat("a", 64<<10)} {
			var box inbox
			box.answer = func(signup.ServiceCall) (string, error) { return answer, nil }
			i := start(t, native, func(o *Options) {
				o.Conf = confWith("signup", "callback_service_list=crm.created")
				o.Services = map[string]Service{"crm.created": box.serve}
			})
			i.signUp(t, ada())
			dispatched, err := i.Dispatch(t.Context(), signup.DispatchRequest{})
			if err != nil || dispatched.Delivered != 1 || dispatched.Failed != 0 || len(box.all()) != 1 {
				t.Errorf("%.20q: %+v, %v, %d calls", answer, dispatched, err, len(box.all()))
			}
		}
	})
}

// TestServicesOfAnEarlierConfigurationFailTheirEvents leaves an event to a
// configuration that no longer names its service.
func TestServicesOfAnEarlierConfigurationFailTheirEvents(t *testing.T) {
	modes(t, func(t *testing.T, native bool) {
		store := memory.New()
		before := start(t, native, func(o *Options) {
			o.Store = store
			o.Conf = confWith("signup", "callback_service_list=crm.created")
			o.Services = map[string]Service{"crm.created": answerService("")}
		})
		before.signUp(t, ada())
		after := start(t, native, func(o *Options) { o.Store = store })
		dispatched, err := after.Dispatch(t.Context(), signup.DispatchRequest{})
		if err != nil || dispatched.Failed != 1 || dispatched.NextDue.IsZero() {
			t.Errorf("%+v, %v", dispatched, err)
		}
	})
}

func TestServicesStayAsTheyWereAtTheStart(t *testing.T) {
	modes(t, func(t *testing.T, native bool) {
		functions := map[string]Service{"rules": answerService(`{"is_valid":true}`)}
		i := start(t, native, func(o *Options) { o.Conf, o.Services = rulesConf, functions })
		delete(functions, "rules")
		i.signUp(t, ada())
	})
}
