package host

import (
	"context"
	"encoding/json"

	"github.com/enrol-sso/enrol/signup"
)

// Signup creates an account that waits for its token. The token of the answer
// goes to the owner of the e-mail address and to nobody else.
func (e *Enrol) Signup(ctx context.Context, request signup.SignupRequest) (signup.SignupResponse, error) {
	return typed[signup.SignupResponse](ctx, e, "signup", request)
}

// Validate applies the local rules of signup to the fields that are present. It
// neither writes nor reads the store.
func (e *Enrol) Validate(ctx context.Context, request signup.SignupRequest) (signup.ValidateResponse, error) {
	return typed[signup.ValidateResponse](ctx, e, "validate", request)
}

// Confirm activates the account of a token.
func (e *Enrol) Confirm(ctx context.Context, request signup.ConfirmRequest) (signup.ConfirmResponse, error) {
	return typed[signup.ConfirmResponse](ctx, e, "confirm", request)
}

// Get returns an account by its id or its name. It is for trusted callers.
func (e *Enrol) Get(ctx context.Context, request signup.GetRequest) (signup.GetResponse, error) {
	return typed[signup.GetResponse](ctx, e, "get", request)
}

// Resend sends a new token for a claim to its address. The answer does not
// reveal whether there is such a claim.
func (e *Enrol) Resend(ctx context.Context, request signup.ResendRequest) (signup.Response, error) {
	return typed[signup.Response](ctx, e, "resend", request)
}

// Verify reports whether a password is right and its owner may log in. It
// creates no session: the application does.
func (e *Enrol) Verify(ctx context.Context, request signup.VerifyRequest) (signup.VerifyResponse, error) {
	return typed[signup.VerifyResponse](ctx, e, "verify", request)
}

// Erase removes the account of an owner who sends the password, see Admin.Erase.
// Wrong passwords are counted and limited as those of Verify. The answer for an
// account that does not exist is that for a wrong password (E005001).
func (e *Enrol) Erase(ctx context.Context, request signup.EraseRequest) (signup.Response, error) {
	return typed[signup.Response](ctx, e, "erase", request)
}

// Purge removes expired records. An Enrol does so by itself, unless
// Options.PurgeInterval turns that off.
func (e *Enrol) Purge(ctx context.Context, request signup.PurgeRequest) (signup.PurgeResponse, error) {
	return typed[signup.PurgeResponse](ctx, e, "purge", request)
}

// Dispatch delivers due events. An Enrol does so by itself, unless
// Options.DispatchInterval turns that off.
func (e *Enrol) Dispatch(ctx context.Context, request signup.DispatchRequest) (signup.DispatchResponse, error) {
	return typed[signup.DispatchResponse](ctx, e, "dispatch", request)
}

// typed runs an operation with typed requests and responses.
func typed[R any](ctx context.Context, e *Enrol, operation string, request interface{ JSON() ([]byte, error) }) (R, error) {
	var response R
	data, err := request.JSON()
	if err != nil {
		return response, &signup.Error{Code: signup.InvalidInput, Message: err.Error()}
	}
	_, answer, err := e.perform(ctx, operation, data)
	if err != nil {
		return response, err
	}
	if err := json.Unmarshal(answer, &response); err != nil {
		return response, &signup.Error{Code: signup.InternalError, Message: operation + ": the module's answer cannot be read"}
	}
	return response, nil
}
