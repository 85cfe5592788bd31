package signup

import (
	"strings"

	"github.com/enrol-sso/enrol/signup/internal/ascii"
	"github.com/enrol-sso/enrol/signup/internal/record"
	"github.com/enrol-sso/enrol/signup/strictjson"
)

// Limits of a current_user that is not a user id, in characters.
const (
	maxActorKind  = 16
	maxActorLabel = 64
)

// visitCurrentUser visits the caller for the audit trail: the id of an account,
// or a kind and a label that the operator of the host chose, such as
// key:billing for an API key or uid:1000 for a user of the machine. It refuses
// usernames and addresses, which must not be in the trail.
func visitCurrentUser(m *strictjson.Members, user *string) { visitActor(m, "current_user", user) }

// visitActor visits a member that has such a caller.
func visitActor(m *strictjson.Members, name string, user *string) {
	text(m, name, user, maxActorKind+1+maxActorLabel)
	if *user != "" && !record.IsID(*user) && !isActor(*user) {
		m.Fail(name, `must be a user id, or a kind and a label such as "key:billing"`)
	}
}

// isActor reports whether a text is kind:label, with 1 to 16 of a-z and 1 to 64
// of A-Za-z0-9._-.
func isActor(text string) bool {
	kind, label, _ := strings.Cut(text, ":")
	if kind == "" || len(kind) > maxActorKind || label == "" || len(label) > maxActorLabel {
		return false
	}
	for _, b := range []byte(kind) {
		if b < 'a' || b > 'z' {
			return false
		}
	}
	for _, b := range []byte(label) {
		if !ascii.IsDigit(b) && !ascii.IsLetter(b) && b != '.' && b != '_' && b != '-' {
			return false
		}
	}
	return true
}
