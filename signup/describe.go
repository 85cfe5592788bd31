//go:build !wasip1

package signup

import "github.com/enrol-sso/enrol/signup/strictjson"

// described are the visits of the requests and answers of the operations that others
// than a host call.
var described = map[string]struct {
	summary string
	request func(*strictjson.Members)
	answer  document
}{
	"signup":   {"Create an account that waits for its token", new(SignupRequest).members, &SignupResponse{}},
	"validate": {"Check the members of a sign-up that are there, and rate a password", new(SignupRequest).members, &ValidateResponse{}},
	"confirm":  {"Confirm the account of a token", new(ConfirmRequest).members, &ConfirmResponse{}},
	"get":      {"Show an account", new(GetRequest).members, &GetResponse{}},
	"resend":   {"Send another token to the address of an unconfirmed account", new(ResendRequest).members, &Response{}},
	"verify":   {"Report whether a password is right and its owner may log in", new(VerifyRequest).members, &VerifyResponse{}},
	"approve":  {"Approve a confirmed account", deciding("approve"), &Response{}},
	"reject":   {"Reject a confirmed account that nobody approved, and delete it", deciding("reject"), &Response{}},
	"pending":  {"List the accounts that wait", new(PendingRequest).members, &PendingResponse{}},
	"purge":    {"Remove some of what has expired", new(PurgeRequest).members, &PurgeResponse{}},
	"rekey":    {"Move some records to the newest secret key", new(RekeyRequest).members, &RekeyResponse{}},
	"dead":     {"List the events that failed their last try", new(DeadRequest).members, &DeadResponse{}},
	"retry":    {"Deliver such an event again", new(RetryRequest).members, &Response{}},
	"lock":     {"Keep the owner of an account from logging in", settingLock("lock"), &Response{}},
	"unlock":   {"Let the owner of an account log in again", settingLock("unlock"), &Response{}},
	"erase":    {"Erase an account or a claim", func(m *strictjson.Members) { new(EraseRequest).visit(m, false) }, &Response{}},
	"import":   {"Move an account in", new(ImportRequest).members, &ImportResponse{}},
	"search":   {"List the accounts that have everything that the request asks for", new(SearchRequest).members, &SearchResponse{}},
	"export":   {"Show accounts in the form that import reads", new(ExportRequest).members, &ExportResponse{}},
}

func deciding(operation string) func(*strictjson.Members) {
	return func(m *strictjson.Members) { new(ApprovalRequest).arriving(m, operation) }
}

func settingLock(operation string) func(*strictjson.Members) {
	return func(m *strictjson.Members) { new(LockRequest).visit(m, operation == "unlock") }
}

// Description describes the requests and answers of an operation.
type Description struct {
	Summary string // what it does, without a full stop

	// Requests are the shapes that a request may have: that of signup has the members
	// of the account in ctx, or next to the others.
	Requests []*strictjson.Shape

	Answer  *strictjson.Shape // if it succeeds
	Refusal *strictjson.Shape
}

// Describe describes an operation, for the descriptions of interfaces to it. It is
// not ok for an operation that is only for hosts, such as dispatch.
func Describe(operation string) (d Description, ok bool) {
	visits, ok := described[operation]
	if !ok {
		return d, false
	}
	d.Summary = visits.summary
	d.Answer = strictjson.Describe(visits.answer.members, "strength")
	d.Refusal = strictjson.Describe(new(Response).members)
	if operation == "validate" { // rates a password that it refuses too
		d.Refusal = d.Answer
	}
	d.Requests = []*strictjson.Shape{strictjson.Describe(visits.request)}
	if operation != "signup" && operation != "validate" {
		return d, true
	}
	flat, nested := d.Requests[0], strictjson.Describe(visits.request, "ctx")
	flat.Find("ctx").Shape = &strictjson.Shape{Kind: strictjson.KindNull}
	nested.Find("ctx").Required = true
	for _, name := range accountMembers { // null counts as absent
		nested.Members = append(nested.Members, strictjson.Member{Name: name, Shape: &strictjson.Shape{Kind: strictjson.KindNull}})
	}
	if operation == "signup" { // readCompleteSignup
		flat.Find("app_list").Required = true
		nested.Find("ctx").Shape.Find("app_list").Required = true
	}
	flat.Find("app_list").Shape.Filled = true
	nested.Find("ctx").Shape.Find("app_list").Shape.Filled = true
	d.Requests = append(d.Requests, nested)
	return d, true
}
