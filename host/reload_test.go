package host

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/enrol-sso/enrol/host/module"
	"github.com/enrol-sso/enrol/signup"
	"github.com/enrol-sso/enrol/signup/ssoconf"
)

// stricter is testConf with a minimum length of passwords.
var stricter = confWith("password", "min_length=60")

func TestReloadAppliesAnotherConfiguration(t *testing.T) {
	modes(t, func(t *testing.T, native bool) {
		i := start(t, native, nil)
		token := i.signUp(t, ada())
		before := i.current.runner
		if err := i.Reload(t.Context(), stricter); err != nil {
			t.Fatal(err)
		}
		if got := i.Config().Password.MinLength; got != 60 {
			t.Errorf("the length is %d", got)
		}
		answer, err := i.Signup(t.Context(), named("grace"))
		if err != nil || answer.OK() {
			t.Errorf("a short password: %+v, %v", answer, err)
		}
		i.confirm(t, token) // a claim from before
		if err := i.Reload(t.Context(), testConf); err != nil {
			t.Fatal(err)
		}
		i.signUp(t, named("grace"))
		if err := i.Close(t.Context()); err != nil {
			t.Error(err)
		}
		if old, ok := before.(sandbox); ok {
			if _, err := old.pool.Run(t.Context(), "get", nil, nil); !errors.Is(err, module.ErrClosed) {
				t.Errorf("the old module was left open: %v", err)
			}
		}
	})
}

func TestReloadRefusesAnInvalidConfiguration(t *testing.T) {
	modes(t, func(t *testing.T, native bool) {
		i := start(t, native, nil)
		var refused *ssoconf.Error
		if err := i.Reload(t.Context(), "[password]\nmin_length=many\n"); !errors.As(err, &refused) {
			t.Errorf("a mistake: %v", err)
		}
		if err := i.Reload(t.Context(), confWith("signup", "callback_service_list=nobody")); err == nil || !strings.Contains(err.Error(), `"nobody"`) {
			t.Errorf("a service that is not provided: %v", err)
		}
		i.signUp(t, ada())
		if i.Config().Password.MinLength == 60 {
			t.Error("the configuration is another")
		}
	})
}

func TestReloadWhileSigningUp(t *testing.T) {
	modes(t, func(t *testing.T, native bool) {
		i := start(t, native, nil)
		var working sync.WaitGroup
		for w := range 4 {
			working.Go(func() {
				for n := range 5 {
					i.signUp(t, named(fmt.Sprintf("user%d-%d", w, n)))
				}
			})
		}
		for range 5 {
			if err := i.Reload(t.Context(), testConf); err != nil {
				t.Error(err)
			}
		}
		working.Wait()
	})
}

// TestReloadLetsRunningOperationsEnd reloads while a sign-up waits for a service.
func TestReloadLetsRunningOperationsEnd(t *testing.T) {
	modes(t, func(t *testing.T, native bool) {
		asked, answer := make(chan struct{}), make(chan struct{})
		conf := testConf + "[user_validation]\nservice=zato.sso.signup.validate, slow\n"
		i := start(t, native, func(o *Options) {
			o.Conf = conf
			o.Services = map[string]Service{"slow": func(context.Context, signup.ServiceCall) (string, error) {
				close(asked)
				<-answer
				return `{"is_valid":true}`, nil
			}}
		})
		signed := make(chan error, 1)
		go func() {
			response, err := i.Signup(t.Context(), ada())
			if err == nil && !response.OK() {
				err = fmt.Errorf("refused: %v", response.SubStatus)
			}
			signed <- err
		}()
		<-asked
		if err := i.Reload(t.Context(), stricter); err != nil {
			t.Fatal(err)
		}
		select {
		case err := <-signed:
			t.Errorf("it ended before its service answered: %v", err)
		default:
		}
		close(answer)
		if err := <-signed; err != nil {
			t.Errorf("what began before: %v", err)
		}
	})
}

// TestReloadKeepsTheCoreOfOperationsThatBegan reloads just after an operation
// began, before the core has its request.
func TestReloadKeepsTheCoreOfOperationsThatBegan(t *testing.T) {
	modes(t, func(t *testing.T, native bool) {
		i := start(t, native, nil)
		before := i.begin()
		defer before.running.Done()
		if err := i.Reload(t.Context(), stricter); err != nil {
			t.Fatal(err)
		}
		for range 100 {
			if _, _, err := i.performOn(t.Context(), before, "get", []byte(`{"username":"ada"}`)); err != nil {
				t.Fatalf("the core that it began with is gone: %v", err)
			}
		}
	})
}

func TestReloadAfterCloseIsRefused(t *testing.T) {
	t.Parallel()
	i := start(t, true, nil)
	i.Close(t.Context())
	mustBe(t, i.Reload(t.Context(), testConf), signup.Busy, "shutting down")
}
