package httpapi

import (
	"bytes"
	"encoding/json"
	"slices"
)

// callMembers are the members of a body that belong to the call.
var callMembers = []string{"cid", "current_app", "remote_addr", "idempotency_key"}

// superUserMember marks the caller as a super-user for the core.
const superUserMember = "super_user"

// ownMembers are members of the core's requests that callers cannot set: their
// key decides who they are.
var ownMembers = []string{superUserMember, "current_user"}

// noAddress are the values of remote_addr that count as absent.
var noAddress = []string{`null`, `[]`}

// callDefaults are the values of a call from the connection and the headers;
// the body takes precedence.
type callDefaults struct {
	currentApp     string
	remoteAddr     string
	idempotencyKey string

	currentUser string // from the API key; a body cannot set it
	superUser   bool   // likewise
}

// requestOf turns a body into the request of an operation: it adds the defaults of
// members that the body does not give. It keeps every other member, so that the
// core still refuses everything that it must refuse.
func requestOf(body []member, defaults callDefaults) []byte {
	body = defaulted(body, "current_app", defaults.currentApp, `null`, `""`)
	body = defaulted(body, "remote_addr", defaults.remoteAddr, noAddress...)
	body = defaulted(body, "idempotency_key", defaults.idempotencyKey, `null`)
	if defaults.currentUser != "" {
		body = append(body, newMember("current_user", defaults.currentUser))
	}
	if defaults.superUser {
		body = append(body, newMember(superUserMember, true))
	}
	return []byte(joined(body))
}

// defaulted adds a member that has a default, in place of one that counts as
// absent.
func defaulted(body []member, name, value string, nothing ...string) []member {
	if value == "" || says(body, name, nothing...) {
		return body
	}
	body = slices.DeleteFunc(slices.Clone(body), func(m member) bool { return m.name == name })
	return append(body, newMember(name, value))
}

// newMember returns a member that no body gave.
func newMember(name string, value any) member {
	text, err := json.Marshal(value)
	if err != nil {
		panic("httpapi: a value cannot be encoded")
	}
	return member{name, string(text)}
}

// says reports whether a body has a member with a value that does not count as
// absent.
func says(body []member, name string, nothing ...string) bool {
	return slices.ContainsFunc(body, func(m member) bool {
		return m.name == name && !slices.Contains(nothing, compact(m.value))
	})
}

// compact returns a short value without white space.
func compact(value string) string {
	var text bytes.Buffer
	if err := json.Compact(&text, []byte(value)); err != nil {
		return ""
	}
	return text.String()
}
