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

// Validate applies the local rules of signup to the fields that are there. It
// writes nothing and looks nothing up.
func (e *Enrol) Validate(ctx context.Context, request signup.SignupRequest) (signup.Response, error) {
	return typed[signup.Response](ctx, e, "validate", request)
}

// Confirm activates the account of a token.
func (e *Enrol) Confirm(ctx context.Context, request signup.ConfirmRequest) (signup.ConfirmResponse, error) {
	return typed[signup.ConfirmResponse](ctx, e, "confirm", request)
}

// Get returns an account by its id or its name. It is for trusted callers.
func (e *Enrol) Get(ctx context.Context, request signup.GetRequest) (signup.GetResponse, error) {
	return typed[signup.GetResponse](ctx, e, "get", request)
}

// Resend sends a new token for a claim to its address. Whether there is such a
// claim is not told.
func (e *Enrol) Resend(ctx context.Context, request signup.ResendRequest) (signup.Response, error) {
	return typed[signup.Response](ctx, e, "resend", request)
}

// Verify says whether a password is that of an account, and whether they may
// log in. It creates no session: that is the application's affair.
func (e *Enrol) Verify(ctx context.Context, request signup.VerifyRequest) (signup.VerifyResponse, error) {
	return typed[signup.VerifyResponse](ctx, e, "verify", request)
}

// Approve decides that a confirmed account may be used. It is for super-users:
// the program sets SuperUser for whom it knows to be one.
func (e *Enrol) Approve(ctx context.Context, request signup.ApprovalRequest) (signup.Response, error) {
	return typed[signup.Response](ctx, e, "approve", request)
}

// Reject decides that a confirmed account may not be used, and deletes it. It
// is for super-users.
func (e *Enrol) Reject(ctx context.Context, request signup.ApprovalRequest) (signup.Response, error) {
	return typed[signup.Response](ctx, e, "reject", request)
}

// Lock keeps the owner of an account from logging in. It is for super-users.
func (e *Enrol) Lock(ctx context.Context, request signup.LockRequest) (signup.Response, error) {
	return typed[signup.Response](ctx, e, "lock", request)
}

// Unlock lets them log in again. It is for super-users.
func (e *Enrol) Unlock(ctx context.Context, request signup.LockRequest) (signup.Response, error) {
	return typed[signup.Response](ctx, e, "unlock", request)
}

// Pending lists those who wait for their token, or for approval. It is for
// super-users.
func (e *Enrol) Pending(ctx context.Context, request signup.PendingRequest) (signup.PendingResponse, error) {
	return typed[signup.PendingResponse](ctx, e, "pending", request)
}

// Purge removes what has expired. An Enrol does so by itself; a program that
// switched that off with Options.PurgeInterval calls it.
func (e *Enrol) Purge(ctx context.Context, request signup.PurgeRequest) (signup.PurgeResponse, error) {
	return typed[signup.PurgeResponse](ctx, e, "purge", request)
}

// Rekey moves the store on to the newest of the secret keys at hand. An Enrol
// does so by itself, in the background. It is for super-users.
func (e *Enrol) Rekey(ctx context.Context, request signup.RekeyRequest) (signup.RekeyResponse, error) {
	return typed[signup.RekeyResponse](ctx, e, "rekey", request)
}

// Dead lists the events that were given up. It is for super-users.
func (e *Enrol) Dead(ctx context.Context, request signup.DeadRequest) (signup.DeadResponse, error) {
	return typed[signup.DeadResponse](ctx, e, "dead", request)
}

// Retry makes an event that was given up due again. It is for super-users.
func (e *Enrol) Retry(ctx context.Context, request signup.RetryRequest) (signup.Response, error) {
	return typed[signup.Response](ctx, e, "retry", request)
}

// Dispatch delivers what is due. An Enrol does so by itself; a program that
// switched that off with Options.DispatchInterval calls it.
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
