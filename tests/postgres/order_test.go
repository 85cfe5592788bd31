//go:build postgres

package postgres_test

import (
	"context"
	"encoding/json"
	"slices"
	"sync"
	"testing"

	"github.com/enrol-sso/enrol/host"
	"github.com/enrol-sso/enrol/signup"
)

const orderConf = `[main]
email_service=mailer
[apps]
signup_allowed=CRM
[password]
min_complexity=0
[enrol]
argon2_memory=8192
argon2_iterations=1
resend_cooldown=0
message_cooldown=0
`

// A message of an account waits for the one before it, although another host
// delivers that one.
func TestOrderHoldsAcrossHosts(t *testing.T) {
	t.Parallel()
	database, _ := shared.database(t)
	key := host.NewSecretKey()
	begun, finish := make(chan struct{}), make(chan struct{})
	sent := make(chan string, 10) // by any host
	mailer := func(during func()) map[string]host.Service {
		return map[string]host.Service{"mailer": func(_ context.Context, call signup.ServiceCall) (string, error) {
			during()
			var body struct{ Data struct{ Kind string } }
			err := json.Unmarshal([]byte(call.Body), &body)
			sent <- body.Data.Kind
			return "", err
		}}
	}
	here := startGoHostWith(t, key, shared.URL(database), orderConf, mailer(sync.OnceFunc(func() { close(begun); <-finish })))
	there := startGoHostWith(t, key, shared.URL(database), orderConf, mailer(func() {}))
	if codes, err := here.signUp(t, "ada", "ada@example.com"); err != nil || codes != nil {
		t.Fatalf("the sign-up: got (%v, %v)", codes, err)
	}
	delivered := make(chan error, 1)
	go func() {
		_, err := here.Dispatch(context.Background(), signup.DispatchRequest{})
		delivered <- err
	}()
	<-begun
	if answer, err := there.Resend(t.Context(), signup.ResendRequest{Username: "ada", Email: "ada@example.com"}); err != nil || answer.Status != signup.StatusOK {
		t.Fatalf("the resend: got (%v, %v)", answer, err)
	}
	for range 3 {
		answer, err := there.Dispatch(t.Context(), signup.DispatchRequest{})
		if err != nil || answer.Delivered != 0 || len(sent) != 0 {
			t.Fatalf("while the first message is on its way, the other host delivers %d (%v)", answer.Delivered, err)
		}
	}

	close(finish)
	if err := <-delivered; err != nil {
		t.Fatal(err)
	}
	wait(t, "the second message is delivered", func() bool {
		if _, err := there.Dispatch(t.Context(), signup.DispatchRequest{}); err != nil {
			t.Fatal(err)
		}
		return len(sent) == 2
	})
	if got := []string{<-sent, <-sent}; !slices.Equal(got, []string{"confirm", "confirm_resent"}) {
		t.Errorf("the messages in order: got %q", got)
	}
}
