package host

import (
	"context"

	"github.com/enrol-sso/enrol/signup"
)

// Admin has the operations of a super-user. Enrol.Admin makes one. Its holder may
// call all of them, so pass it only to code that has checked the caller.
type Admin struct {
	enrol       *Enrol
	currentUser string
}

// Admin returns the operations of a super-user. Enrol knows no roles: call it only
// for somebody whom the program knows to be a super-user, never because a request
// says so. currentUser is who that is, for the audit trail: a user id, or a kind
// and a label such as "key:ops"; it may be empty.
func (e *Enrol) Admin(currentUser string) Admin { return Admin{e, currentUser} }

// Approve approves a confirmed account, so that its owner may log in.
func (a Admin) Approve(ctx context.Context, request signup.ApprovalRequest) (signup.Response, error) {
	return typed[signup.Response](ctx, a.enrol, "approve", signup.AsSuperUser(request, a.currentUser))
}

// Reject rejects a confirmed account and deletes it.
func (a Admin) Reject(ctx context.Context, request signup.ApprovalRequest) (signup.Response, error) {
	return typed[signup.Response](ctx, a.enrol, "reject", signup.AsSuperUser(request, a.currentUser))
}

// Lock locks an account: its owner cannot log in.
func (a Admin) Lock(ctx context.Context, request signup.LockRequest) (signup.Response, error) {
	return typed[signup.Response](ctx, a.enrol, "lock", signup.AsSuperUser(request, a.currentUser))
}

// Unlock unlocks an account.
func (a Admin) Unlock(ctx context.Context, request signup.LockRequest) (signup.Response, error) {
	return typed[signup.Response](ctx, a.enrol, "unlock", signup.AsSuperUser(request, a.currentUser))
}

// Erase removes an account or a claim: its records, tokens and undelivered events.
// Its name and its address are free again. Callback services get an event
// user.deleted. An account that does not exist is E001100, also one that was erased
// before.
func (a Admin) Erase(ctx context.Context, request signup.EraseRequest) (signup.Response, error) {
	return typed[signup.Response](ctx, a.enrol, "erase", signup.AsSuperUser(request, a.currentUser))
}

// Pending lists the accounts that wait for their token or for approval.
func (a Admin) Pending(ctx context.Context, request signup.PendingRequest) (signup.PendingResponse, error) {
	return typed[signup.PendingResponse](ctx, a.enrol, "pending", signup.AsSuperUser(request, a.currentUser))
}

// Search lists the accounts that have what the request asks for. The audit trail
// gets the names of the members that were asked for, not their values.
func (a Admin) Search(ctx context.Context, request signup.SearchRequest) (signup.SearchResponse, error) {
	return typed[signup.SearchResponse](ctx, a.enrol, "search", signup.AsSuperUser(request, a.currentUser))
}

// Rekey moves the store to the newest secret key. An Enrol does so by itself, in
// the background.
func (a Admin) Rekey(ctx context.Context, request signup.RekeyRequest) (signup.RekeyResponse, error) {
	return typed[signup.RekeyResponse](ctx, a.enrol, "rekey", signup.AsSuperUser(request, a.currentUser))
}

// Dead lists the dead letters. Their destinations have the names of the log.
func (a Admin) Dead(ctx context.Context, request signup.DeadRequest) (signup.DeadResponse, error) {
	answer, err := typed[signup.DeadResponse](ctx, a.enrol, "dead", signup.AsSuperUser(request, a.currentUser))
	a.enrol.label(answer.Events)
	return answer, err
}

// Retry makes a dead letter due again.
func (a Admin) Retry(ctx context.Context, request signup.RetryRequest) (signup.Response, error) {
	return typed[signup.Response](ctx, a.enrol, "retry", signup.AsSuperUser(request, a.currentUser))
}
