package httpapi

import (
	"slices"

	"github.com/enrol-sso/enrol/signup"
)

// knownMembers are the members that a body of an operation may have.
var knownMembers = map[string][]string{
	"signup": append([]string{
		"username", "password", "email", "app_list", "display_name", "first_name", "middle_name", "last_name", "attrs",
	}, callMembers...),
	"confirm": append([]string{"confirm_token", "password"}, callMembers...),
	"resend":  {"cid", "current_app", "remote_addr", "username", "email"},
	"verify":  {"cid", "current_app", "remote_addr", "username", "email", "password"},
	"approve": {"cid", "current_app", "remote_addr", "user_id"},
	"reject":  {"cid", "current_app", "remote_addr", "user_id", "reason"},
	"lock":    {"cid", "current_app", "remote_addr", "user_id"},
	"unlock":  {"cid", "current_app", "remote_addr", "user_id", "password_must_change"},
}

// known returns the members of a body that an operation knows, for
// enrol.unknown_fields=ignore. Where the core would not read the request that
// was made of all of them, however little the others mean, all stay, and the
// core says why.
func known(body []member, operation string, request []byte) []member {
	if signup.CheckJSON(request) != nil {
		return body
	}
	return slices.DeleteFunc(slices.Clone(body), func(m member) bool {
		return !slices.Contains(knownMembers[operation], m.name)
	})
}
