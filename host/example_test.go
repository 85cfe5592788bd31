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
[signup]
is_approval_needed=False
callback_service_list=crm.created
`,
		SecretKey: host.NewSecretKey(), // in production one that was made once, and kept
		Store:     memory.New(),        // in production pebble.Open("data", pebble.Options{})
		Audit:     host.NewAuditLog(slog.DiscardHandler),
		Services: map[string]host.Service{
			"crm.created": func(_ context.Context, call signup.ServiceCall) (string, error) {
				return "", nil // call.Body tells of the new account
			},
		},
		Native: true, // without it the same code runs as a module, in a sandbox
	})
	if err != nil {
		log.Fatal(err)
	}
	defer enrol.Close(ctx)

	answer, err := enrol.Signup(ctx, signup.SignupRequest{Ctx: signup.SignupCtx{
		Username: "ada", Password: "correct horse", Email: "ada@example.com",
		AppList: []string{"CRM"},
	}})
	if err != nil {
		log.Fatal(err) // a fault: there was no decision
	}
	if !answer.OK() {
		log.Fatal(answer.SubStatus) // a refusal
	}
	fmt.Println("signed up, token", answer.ConfirmToken)

	// The owner of the address comes back with the token.
	confirmed, err := enrol.Confirm(ctx, signup.ConfirmRequest{ConfirmToken: answer.ConfirmToken})
	if err != nil || !confirmed.OK() {
		log.Fatal(confirmed.SubStatus, err)
	}
	got, err := enrol.Get(ctx, signup.GetRequest{UserID: confirmed.UserID})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(got.User.Username, got.User.SignUpStatus, got.User.ApprovalStatus)

	// Output:
	// signed up, token [redacted]
	// ada final approved
}
