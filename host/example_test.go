package host_test

import (
	"context"
	"fmt"
	"log"
	"log/slog"

	"github.com/enrol-sso/enrol/host"
	"github.com/enrol-sso/enrol/kv/memory"
	"github.com/enrol-sso/enrol/signup"
)

func Example() {
	ctx := context.Background()
	enrol, err := host.New(ctx, host.Options{
		Conf: `
[apps]
signup_allowed=CRM
[password]
expiry=0
[signup]
is_approval_needed=False
callback_service_list=crm.created
`,
		SecretKey: host.NewSecretKey(), // in production: made once, and kept
		Store:     memory.New(),        // in production: pebble.Open("data", pebble.Options{})
		Audit:     host.NewAuditLog(slog.DiscardHandler),
		Services: map[string]host.Service{
			"crm.created": host.CallbackService(func(_ context.Context, account host.NewAccount, _ signup.WebhookHeaders) error {
				return nil // account.UserID is the new account's
			}),
		},
		Native: true, // otherwise the same code runs as a module, in a sandbox
	})
	if err != nil {
		log.Fatal(err)
	}
	defer enrol.Close(ctx)

	answer, err := enrol.Signup(ctx, signup.SignupRequest{
		Username: "ada", Password: "correct horse battery", Email: "ada@example.com",
		AppList: []string{"CRM"},
	})
	if err != nil {
		log.Fatal(err) // a fault: there was no decision
	}
	if !answer.OK() {
		log.Fatal(answer.SubStatus) // a refusal
	}
	fmt.Println("signed up, token", answer.ConfirmToken)

	// The owner of the address returns with the token.
	confirmed, err := enrol.Confirm(ctx, signup.ConfirmRequest{ConfirmToken: answer.ConfirmToken})
	if err != nil || !confirmed.OK() {
		log.Fatal(confirmed.SubStatus, err)
	}
	login, err := enrol.Verify(ctx, signup.VerifyRequest{Username: "ada", Password: "correct horse battery"})
	if err != nil || !login.OK() {
		log.Fatal(login.SubStatus, err)
	}
	fmt.Println("logged in", login.User.Username)

	// Output:
	// signed up, token [redacted]
	// logged in ada
}
