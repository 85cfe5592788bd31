package host

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/kv/memory"
	"github.com/enrol-sso/enrol/signup"
	"github.com/enrol-sso/enrol/signup/ssoconf"
)

// refusedStart returns the error of a New that must fail.
func refusedStart(t *testing.T, native bool, change func(*Options)) error {
	t.Helper()
	options := Options{
		Conf: testConf, SecretKey: testKey, Store: memory.New(), Audit: &trail{},
		Native: native, Instances: 1, CacheDir: cacheDir, Module: builtModule(t), DispatchInterval: -1,
	}
	change(&options)
	i, err := New(t.Context(), options)
	if err == nil {
		i.Close(t.Context())
		t.Fatal("it started")
	}
	if strings.Contains(err.Error(), "\n") {
		t.Errorf("the error is not one line: %q", err)
	}
	return err
}

func TestBadConfigurationIsAConfigError(t *testing.T) {
	modes(t, func(t *testing.T, native bool) {
		err := refusedStart(t, native, func(o *Options) { o.Conf = "[password]\nmin_length=many\n" })
		var refused *ssoconf.Error
		if !errors.As(err, &refused) || refused.Notices[0].Line != 2 {
			t.Error(err)
		}
	})
}

func TestBadSecretKeyIsAnError(t *testing.T) {
	modes(t, func(t *testing.T, native bool) {
		for _, key := range []signup.Secret{"", "k1", "k1:c2VjcmV0", testKey + "," + testKey} {
			err := refusedStart(t, native, func(o *Options) { o.SecretKey = key })
			if !strings.Contains(err.Error(), "secret key") || strings.Contains(err.Error(), "c2VjcmV0") || strings.Contains(err.Error(), testKey[3:]) {
				t.Error(err)
			}
		}
	})
}

func TestDamagedModuleIsAnError(t *testing.T) {
	t.Parallel()
	err := refusedStart(t, false, func(o *Options) { o.Module = []byte("no module") })
	if !strings.Contains(err.Error(), "module") {
		t.Error(err)
	}
}

func TestStoreThatCannotBeUsedIsAnError(t *testing.T) {
	modes(t, func(t *testing.T, native bool) {
		used := memory.New()
		start(t, native, func(o *Options) { o.Store = used })
		other := memory.New()
		if _, err := other.Commit(t.Context(), kv.Batch{Puts: []kv.Put{{Key: "somebody", Data: "else's"}}}); err != nil {
			t.Fatal(err)
		}
		closed := memory.New()
		closed.Close()
		for name, c := range map[string]struct {
			change func(*Options)
			code   signup.Code
			key    bool // because of the key
		}{
			"another key":       {func(o *Options) { o.Store, o.SecretKey = used, NewSecretKey() }, signup.InternalError, true},
			"the key's id only": {func(o *Options) { o.Store, o.SecretKey = used, signup.FormatKey("k1", make([]byte, 32)) }, signup.InternalError, true},
			"somebody else's":   {func(o *Options) { o.Store = other }, signup.InternalError, false},
			"closed":            {func(o *Options) { o.Store = closed }, signup.Busy, false},
		} {
			err := refusedStart(t, native, c.change)
			var fault *signup.Error
			if !errors.As(err, &fault) || fault.Code != c.code || fault.Message == "" || errors.Is(err, signup.ErrWrongKey) != c.key {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

func TestStartEndsWithItsContext(t *testing.T) {
	modes(t, func(t *testing.T, native bool) {
		ctx, cancel := context.WithCancel(t.Context())
		wait := forever(t)
		store := &between{Store: memory.New(), before: func(now context.Context, _ string) error {
			cancel()
			return wait(now)
		}}
		_, err := New(ctx, Options{
			Conf: testConf, SecretKey: testKey, Store: store, Audit: &trail{},
			Native: native, Instances: 1, CacheDir: cacheDir, Module: builtModule(t),
		})
		mustBe(t, err, signup.Busy, "cancelled the operation")
	})
}

func TestOptionsWithoutAStoreOrATrailAreAnError(t *testing.T) {
	t.Parallel()
	for missing, options := range map[string]Options{
		"Options.Store": {SecretKey: testKey, Audit: &trail{}},
		"Options.Audit": {SecretKey: testKey, Store: memory.New()},
	} {
		if e, err := New(t.Context(), options); e != nil || err == nil || !strings.Contains(err.Error(), missing) {
			t.Errorf("without %s: %v", missing, err)
		}
	}
}

func TestNoticesAndConfigComeFromTheFile(t *testing.T) {
	modes(t, func(t *testing.T, native bool) {
		i := start(t, native, func(o *Options) { o.Conf = "[enrol]\nconfirm_within=5\n" })
		if i.Config().Enrol.ConfirmWithin != 5 {
			t.Error("the configuration is another")
		}
		notices := i.Notices()
		if len(notices) == 0 {
			t.Fatal("no notice says that nobody can sign up")
		}
		notices[0].Message = "changed"
		if i.Notices()[0].Message == "changed" {
			t.Error("the notices are not a copy")
		}
	})
}

func TestServicesThatTheFileNoLongerNamesGetTheirEventsAndAreNotices(t *testing.T) {
	modes(t, func(t *testing.T, native bool) {
		store := memory.New()
		before := start(t, native, func(o *Options) {
			o.Conf, o.Store = confWith("signup", "callback_service_list=crm"), store
			o.Services = map[string]Service{"crm": func(context.Context, signup.ServiceCall) (string, error) { return "", ServiceFinal("not now") }}
		})
		if notices := fmt.Sprint(before.Notices()); strings.Contains(notices, "crm") {
			t.Errorf("a service that is named is reported: %s", notices)
		}
		before.signUp(t, signup.SignupRequest{Username: "ada", Password: "correct horse battery", Email: "ada@example.com", AppList: []string{"CRM"}})
		if _, err := before.Dispatch(t.Context(), signup.DispatchRequest{}); err != nil {
			t.Fatal(err)
		}
		dead, err := before.Admin("").Dead(t.Context(), signup.DeadRequest{})
		if err != nil || len(dead.Events) != 1 {
			t.Fatalf("%d events are dead: %v", len(dead.Events), err)
		}
		before.Close(t.Context())

		called := make(chan bool, 1)
		service := func(context.Context, signup.ServiceCall) (string, error) { called <- true; return "", nil }
		after := start(t, native, func(o *Options) {
			o.Store, o.Services = store, map[string]Service{"crm": service, ssoconf.SMTPService: service}
		})
		notices := fmt.Sprint(after.Notices())
		if !strings.Contains(notices, `this program has the service "crm", which gets only events`) || strings.Contains(notices, strconv.Quote(ssoconf.SMTPService)) {
			t.Errorf("the notices are %s", notices)
		}
		if _, err := after.Admin("").Retry(t.Context(), signup.RetryRequest{ID: dead.Events[0].ID}); err != nil {
			t.Fatal(err)
		}
		if done, err := after.Dispatch(t.Context(), signup.DispatchRequest{}); err != nil || done.Delivered != 1 || len(called) != 1 {
			t.Errorf("%d events are delivered: %v", done.Delivered, err)
		}
	})
}

func TestNewSecretKeyIsValid(t *testing.T) {
	t.Parallel()
	key := NewSecretKey()
	if _, err := signup.ParseKeys(key); err != nil {
		t.Error(err)
	}
	if other := NewSecretKey(); other == key || string(other)[:3] != "k20" {
		t.Error("two keys are the same, or have no date")
	}
	start(t, true, func(o *Options) { o.SecretKey = key })
}
