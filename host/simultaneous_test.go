package host

import (
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/enrol-sso/enrol/signup"
)

func numbered(n int) signup.SignupRequest {
	return person(fmt.Sprintf("user%d", n), fmt.Sprintf("u%d@example.com", n))
}

const crowd = 200

// together runs a function once per member of a crowd, concurrently.
func together(what func(n int)) {
	var wait sync.WaitGroup
	begin := make(chan struct{})
	for n := range crowd {
		wait.Go(func() {
			<-begin
			what(n)
		})
	}
	close(begin)
	wait.Wait()
}

func TestOneOfManyGetsTheUsername(t *testing.T) {
	modes(t, func(t *testing.T, native bool) {
		i := start(t, native, func(o *Options) {
			o.Instances = 2
			o.Conf = confWith("signup", "inform_if_user_exists=True")
			o.HashWait = -1 // however slow the machine is
		})
		var mu sync.Mutex
		var tokens []signup.Secret
		together(func(n int) {
			for { // contention is reported as busy: try again
				answer, err := i.Signup(t.Context(), person("ada", fmt.Sprintf("u%d@example.com", n)))
				switch {
				case err != nil && signupBusy(err):
					continue
				case err != nil:
					t.Error(err)
				case answer.OK():
					mu.Lock()
					tokens = append(tokens, answer.ConfirmToken)
					mu.Unlock()
				case !slices.Equal(answer.SubStatus, []signup.Code{signup.UsernameExists}):
					t.Errorf("%+v", answer)
				}
				return
			}
		})
		if len(tokens) != 1 {
			t.Fatalf("%d got the name", len(tokens))
		}
		i.confirm(t, tokens[0])
		if names, err := i.store.Scan(t.Context(), "name/", "", 10); err != nil || len(names) != 1 {
			t.Errorf("%d names, %v", len(names), err)
		}
	})
}

func TestOneOfManyGetsTheAddress(t *testing.T) {
	modes(t, func(t *testing.T, native bool) {
		i := start(t, native, func(o *Options) {
			o.Instances = 2
			o.Conf = confWith("signup", "inform_if_email_exists=True")
			o.HashWait = -1 // however slow the machine is
		})
		tokens := make([]signup.Secret, crowd)
		together(func(n int) {
			for {
				answer, err := i.Signup(t.Context(), person(fmt.Sprintf("user%d", n), "ada@example.com"))
				if err != nil && signupBusy(err) {
					continue
				}
				if err != nil || !answer.OK() {
					t.Errorf("%+v, %v", answer, err)
				}
				tokens[n] = answer.ConfirmToken
				return
			}
		})
		var mu sync.Mutex
		var winners []string
		together(func(n int) {
			for {
				answer, err := i.Confirm(t.Context(), signup.ConfirmRequest{ConfirmToken: tokens[n]})
				switch {
				case err != nil && signupBusy(err):
					continue
				case err != nil:
					t.Error(err)
				case answer.OK():
					mu.Lock()
					winners = append(winners, answer.UserID)
					mu.Unlock()
				case !slices.Equal(answer.SubStatus, []signup.Code{signup.EmailExists}):
					t.Errorf("%+v", answer)
				}
				return
			}
		})
		if len(winners) != 1 {
			t.Fatalf("%d got the address", len(winners))
		}
		if mails, err := i.store.Scan(t.Context(), "mail/", "", 10); err != nil || len(mails) != 1 {
			t.Errorf("%d addresses, %v", len(mails), err)
		}
	})
}

func TestOneTokenConfirmsOnce(t *testing.T) {
	modes(t, func(t *testing.T, native bool) {
		i := start(t, native, func(o *Options) { o.Instances = 2 })
		token := i.signUp(t, ada())
		var mu sync.Mutex
		confirmed := 0
		together(func(int) {
			for {
				answer, err := i.Confirm(t.Context(), signup.ConfirmRequest{ConfirmToken: token})
				switch {
				case err != nil && signupBusy(err):
					continue
				case err != nil:
					t.Error(err)
				case answer.OK():
					mu.Lock()
					confirmed++
					mu.Unlock()
				case !slices.Equal(answer.SubStatus, []signup.Code{signup.SignupConfirmed}):
					t.Errorf("%+v", answer)
				}
				return
			}
		})
		if confirmed != 1 {
			t.Errorf("the token confirmed %d times", confirmed)
		}
	})
}
