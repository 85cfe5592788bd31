package tests

import (
	"context"
	"fmt"
	"path/filepath"
	"sync"
	"testing"

	"github.com/enrol-sso/enrol/host"
	"github.com/enrol-sso/enrol/kv/pebble"
	"github.com/enrol-sso/enrol/signup"
)

// crowdSize is how many callers act at once.
const crowdSize = 200

// engine starts an engine with the built module on a Pebble of its own.
func engine(t *testing.T, conf string) *host.Enrol {
	t.Helper()
	dir := t.TempDir()
	store, err := pebble.Open(filepath.Join(dir, "data"), pebble.Options{})
	if err != nil {
		t.Fatal(err)
	}
	audit, err := host.OpenAuditFile(filepath.Join(dir, "audit.jsonl"), host.AuditFileOptions{})
	if err != nil {
		t.Fatal(err)
	}
	e, err := host.New(t.Context(), host.Options{
		Conf: conf, SecretKey: host.NewSecretKey(), Store: store, Audit: audit, Module: built(t),
		HashWait: -1, // however slow the machine is
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Close(context.Background()); err != nil {
			t.Error(err)
		}
		if err := audit.Close(); err != nil {
			t.Error(err)
		}
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	return e
}

// together runs n calls at once and returns their answers.
func together[R any](t *testing.T, n int, call func(n int) (R, error)) []R {
	t.Helper()
	answers := make([]R, n)
	begin := make(chan struct{})
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() {
			<-begin
			answer, err := call(i)
			if err != nil {
				t.Error(err)
			}
			answers[i] = answer
		})
	}
	close(begin)
	all.Wait()
	return answers
}

func person(username, email string) signup.SignupRequest {
	return signup.SignupRequest{Username: username, Email: email, Password: "correct horse battery", AppList: []string{"CRM"}}
}

func TestOneUsernameHasOneWinner(t *testing.T) {
	t.Parallel()
	e := engine(t, telling+cheap)
	answers := together(t, crowdSize, func(n int) (signup.SignupResponse, error) {
		return e.Signup(t.Context(), person(respelled("ada", n), fmt.Sprintf("ada%d@example.com", n)))
	})
	winners := 0
	for _, answer := range answers {
		switch {
		case answer.OK():
			winners++
		case len(answer.SubStatus) != 1 || answer.SubStatus[0] != signup.UsernameExists:
			t.Errorf("refused with %v, want %s", answer.SubStatus, signup.UsernameExists)
		}
	}
	if winners != 1 {
		t.Errorf("%d of %d got the username, want 1", winners, crowdSize)
	}
}

// If codes are not disclosed, all seem to win, and one token works.
func TestOneUsernameHasOneWinnerAmongDecoys(t *testing.T) {
	t.Parallel()
	e := engine(t, "[apps]\nsignup_allowed=CRM\n"+cheap)
	answers := together(t, crowdSize, func(n int) (signup.SignupResponse, error) {
		return e.Signup(t.Context(), person("ada", fmt.Sprintf("ada%d@example.com", n)))
	})
	works := 0
	for _, answer := range answers {
		if !answer.OK() {
			t.Errorf("refused with %v", answer.SubStatus)
			continue
		}
		confirmed, err := e.Confirm(t.Context(), signup.ConfirmRequest{ConfirmToken: answer.ConfirmToken})
		if err != nil {
			t.Fatal(err)
		}
		if confirmed.OK() {
			works++
		}
	}
	if works != 1 {
		t.Errorf("%d tokens work, want 1", works)
	}
}

func TestOneAddressHasOneOwner(t *testing.T) {
	t.Parallel()
	e := engine(t, telling+cheap)
	claims := together(t, crowdSize, func(n int) (signup.SignupResponse, error) {
		return e.Signup(t.Context(), person(fmt.Sprintf("ada-%d", n), "Ada@Example.com"))
	})
	answers := together(t, crowdSize, func(n int) (signup.ConfirmResponse, error) {
		if !claims[n].OK() {
			t.Errorf("claim %d was refused with %v", n, claims[n].SubStatus)
		}
		return e.Confirm(t.Context(), signup.ConfirmRequest{ConfirmToken: claims[n].ConfirmToken})
	})
	owners := 0
	for _, answer := range answers {
		switch {
		case answer.OK():
			owners++
		case len(answer.SubStatus) != 1 || answer.SubStatus[0] != signup.EmailExists:
			t.Errorf("refused with %v, want %s", answer.SubStatus, signup.EmailExists)
		}
	}
	if owners != 1 {
		t.Errorf("%d of %d own the address, want 1", owners, crowdSize)
	}
}
