package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"github.com/enrol-sso/enrol/host"
	"github.com/enrol-sso/enrol/kv/pebble"
	"github.com/enrol-sso/enrol/signup"
)

const conf = `[main]
email_service=post
[password]
min_complexity=0
[apps]
signup_allowed=CRM
[signup]
is_approval_needed=False
callback_service_list=crm
inform_if_user_exists=True
[enrol]
argon2_memory=8192
argon2_iterations=1
`

// installation is an Enrol on a Pebble on disk, with the calls of its services.
type installation struct {
	*host.Enrol
	mu       sync.Mutex
	messages []string // kinds
	calls    int
}

// install runs a function on its own installation.
func install(ctx context.Context, wasm []byte, native bool, run func(*installation) error) (err error) {
	dir, err := os.MkdirTemp("", "gohost-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	store, err := pebble.Open(filepath.Join(dir, "data"), pebble.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	audit, err := host.OpenAuditFile(filepath.Join(dir, "audit.jsonl"), host.AuditFileOptions{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, audit.Close()) }()

	i := &installation{}
	i.Enrol, err = host.New(ctx, host.Options{
		Conf: conf, SecretKey: host.NewSecretKey(), Store: store, Audit: audit, Module: wasm, Native: native,
		DispatchInterval: -1, // this program does it
		Services:         map[string]host.Service{"post": i.post, "crm": i.call},
	})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, i.Close(ctx)) }()
	return run(i)
}

// post is the message service.
func (i *installation) post(_ context.Context, call signup.ServiceCall) (string, error) {
	var body struct {
		Data struct{ Kind string }
	}
	if err := json.Unmarshal([]byte(call.Body), &body); err != nil {
		return "", err
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	i.messages = append(i.messages, body.Data.Kind)
	return "", nil
}

// call is the callback service.
func (i *installation) call(context.Context, signup.ServiceCall) (string, error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.calls++
	return "", nil
}

func person(username, email string) signup.SignupRequest {
	return signup.SignupRequest{Username: username, Email: email, Password: "correct horse battery", AppList: []string{"CRM"}}
}

// signUp signs up, dispatches and confirms.
func signUp(ctx context.Context, wasm []byte, native bool) error {
	return install(ctx, wasm, native, func(i *installation) error {
		claim, err := i.Signup(ctx, person("ada", "ada@example.com"))
		if err != nil || !claim.OK() {
			return unexpected("signup", claim.Response, err)
		}
		if _, err := i.Dispatch(ctx, signup.DispatchRequest{}); err != nil {
			return err
		}
		confirmed, err := i.Confirm(ctx, signup.ConfirmRequest{ConfirmToken: claim.ConfirmToken})
		if err != nil || !confirmed.OK() {
			return unexpected("confirm", confirmed.Response, err)
		}
		again, err := i.Confirm(ctx, signup.ConfirmRequest{ConfirmToken: claim.ConfirmToken})
		if err != nil || !slices.Equal(again.SubStatus, []signup.Code{signup.SignupConfirmed}) {
			return unexpected("the second confirm", again.Response, err)
		}
		account, err := i.Get(ctx, signup.GetRequest{UserID: confirmed.UserID})
		if err != nil || account.User.Username != "ada" || account.User.SignUpStatus != "final" {
			return unexpected("get", account.Response, err)
		}
		if i.calls != 1 || !slices.Equal(i.messages, []string{"confirm"}) {
			return fmt.Errorf("%d callbacks and the messages %v, want one of each", i.calls, i.messages)
		}
		return nil
	})
}

// unexpected is the error of an unexpected answer.
func unexpected(operation string, response signup.Response, err error) error {
	if err != nil {
		return fmt.Errorf("%s: %w", operation, err)
	}
	return fmt.Errorf("%s: answered %s %v", operation, response.Status, response.SubStatus)
}

// crowdSize is how many sign up with one name at once.
const crowdSize = 50

// crowd lets them.
func crowd(ctx context.Context, wasm []byte, native bool) error {
	return install(ctx, wasm, native, func(i *installation) error {
		var all sync.WaitGroup
		var mu sync.Mutex
		won, refused := 0, 0
		var failed error
		for n := range crowdSize {
			all.Go(func() {
				answer, err := i.Signup(ctx, person("ada", fmt.Sprintf("ada%d@example.com", n)))
				mu.Lock()
				defer mu.Unlock()
				switch {
				case err != nil:
					failed = err
				case answer.OK():
					won++
				case slices.Equal(answer.SubStatus, []signup.Code{signup.UsernameExists}):
					refused++
				}
			})
		}
		all.Wait()
		if won != 1 || refused != crowdSize-1 {
			failed = errors.Join(failed, fmt.Errorf("%d of %d won and %d were refused", won, crowdSize, refused))
		}
		return failed
	})
}
