package host

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/enrol-sso/enrol/signup"
)

// MessageService makes the Service that main.email_service names, from a function
// that sends one message. It is called again if it returns an error: headers.ID
// identifies repeated calls, and can be the idempotency key of a mail service.
func MessageService(send func(ctx context.Context, message Message, headers signup.WebhookHeaders) error) Service {
	return func(ctx context.Context, call signup.ServiceCall) (string, error) {
		var payload MessagePayload
		if err := readPayload(call, "user.message", &payload, &payload.Type); err != nil {
			return "", err
		}
		return "", send(ctx, payload.Data, call.Headers)
	}
}

// CallbackService makes a Service that signup.callback_service_list names, from a
// function that receives one new account. It is called again if it returns an
// error: headers.ID identifies repeated calls. That an account is erased is
// accepted and not passed on; AccountService does.
func CallbackService(receive func(ctx context.Context, account NewAccount, headers signup.WebhookHeaders) error) Service {
	return AccountService(receive, func(context.Context, string, signup.WebhookHeaders) error { return nil })
}

// AccountService is like CallbackService, with a function that receives the id of
// each account that is erased. The program may not know the account, because
// what waited for it goes with it.
func AccountService(
	created func(ctx context.Context, account NewAccount, headers signup.WebhookHeaders) error,
	erased func(ctx context.Context, userID string, headers signup.WebhookHeaders) error,
) Service {
	return func(ctx context.Context, call signup.ServiceCall) (string, error) {
		var gone DeletedPayload
		if readPayload(call, "user.deleted", &gone, &gone.Type) == nil {
			return "", erased(ctx, gone.Data.UserID, call.Headers)
		}
		var payload SignupPayload
		if err := readPayload(call, "user.signup", &payload, &payload.Type); err != nil {
			return "", err
		}
		return "", created(ctx, payload.Data, call.Headers)
	}
}

// Verdict is the answer of a validation service.
type Verdict struct {
	IsValid   bool          `json:"is_valid"`
	SubStatus []signup.Code `json:"sub_status,omitempty"` // why not; E005001 if there is none
}

// ValidationService makes a Service that user_validation.service names, from a
// function that decides whether somebody may sign up. If it returns an error, the
// sign-up fails with a fault.
func ValidationService(validate func(ctx context.Context, candidate Candidate) (Verdict, error)) Service {
	return func(ctx context.Context, call signup.ServiceCall) (string, error) {
		var payload ValidatePayload
		if err := readPayload(call, "user.validate", &payload, &payload.Type); err != nil {
			return "", err
		}
		verdict, err := validate(ctx, payload.Data)
		if err != nil {
			return "", err
		}
		answer, err := json.Marshal(verdict)
		return string(answer), err
	}
}

// readPayload reads the body of a call, and refuses one of another type: then the
// configuration names the wrong service. The error does not quote the body.
func readPayload(call signup.ServiceCall, want string, payload any, got *string) error {
	err := json.Unmarshal([]byte(call.Body), payload)
	switch {
	case *got != "" && *got != want:
		return fmt.Errorf("a service for %s was called with %s: the configuration names the wrong one", want, *got)
	case err != nil || *got == "":
		return errors.New("the body of the call cannot be read")
	}
	return nil
}
