package httpapi

import "slices"

// ctxMember is the member of a signup request that can hold the members of the
// account.
const ctxMember = "ctx"

// accountMembers are the members of signup that are about the account.
var accountMembers = []string{
	"username", "password", "email", "app_list", "display_name", "first_name", "middle_name", "last_name", "attrs",
}

// AccountMembers returns the members of signup and validate that are about the
// account.
func AccountMembers() []string { return slices.Clone(accountMembers) }

// knownMembers are the members that the body of each operation may have, and the
// members of ctx.
var knownMembers = map[string][]string{
	"signup":  slices.Concat([]string{ctxMember}, accountMembers, callMembers),
	ctxMember: append([]string{"current_app"}, accountMembers...),
	"confirm": append([]string{"confirm_token", "password"}, callMembers...),
	"resend":  {"cid", "current_app", "remote_addr", "username", "email"},
	"verify":  {"cid", "current_app", "remote_addr", "username", "email", "password"},
	"approve": {"cid", "current_app", "remote_addr", "user_id"},
	"reject":  {"cid", "current_app", "remote_addr", "user_id", "reason"},
	"lock":    {"cid", "current_app", "remote_addr", "user_id"},
	"unlock":  {"cid", "current_app", "remote_addr", "user_id", "password_must_change"},
}

// known returns the members of a body that an operation accepts, for
// enrol.unknown_fields=ignore.
func known(body []member, operation string) []member {
	body = onlyKnown(body, operation)
	for i, m := range body {
		if m.name != ctxMember {
			continue
		}
		if inner, err := split(m.value); err == nil { // the core refuses a ctx that is no object
			body[i].value = joined(onlyKnown(inner, ctxMember))
		}
	}
	return body
}

// onlyKnown returns the known members of a body, or of ctx.
func onlyKnown(members []member, of string) []member {
	return slices.DeleteFunc(slices.Clone(members), func(m member) bool {
		return !slices.Contains(knownMembers[of], m.name)
	})
}
