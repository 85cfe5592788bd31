package host

import (
	"context"
	"testing"

	"github.com/enrol-sso/enrol/signup"
)

func TestAccountServiceReceivesWhatIsErased(t *testing.T) {
	t.Parallel()
	call := signup.ServiceCall{Body: `{"type":"user.deleted","timestamp":"2018-02-13T15:32:24.000Z","data":{"user_id":"x"}}`}
	created := func(context.Context, NewAccount, signup.WebhookHeaders) error {
		t.Error("an account was created")
		return nil
	}
	got := ""
	service := AccountService(created, func(_ context.Context, userID string, _ signup.WebhookHeaders) error {
		got = userID
		return nil
	})
	if _, err := service(t.Context(), call); err != nil || got != "x" {
		t.Errorf("received %q, %v", got, err)
	}
	if _, err := CallbackService(created)(t.Context(), call); err != nil {
		t.Errorf("a service that knows no erasure: %v", err)
	}
}
